// Builds static/src into static/dist: one style sheet, the scripts, and only those images that the style sheet names.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const source = join(here, "src");
const target = join(here, "dist");
const govuk = join(root, "node_modules/govuk-frontend/dist/govuk");
const images = [join(source, "images"), join(root, "node_modules/@ministryofjustice/frontend/moj/assets/images")];

function write(path, text) {
  const file = join(target, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function style() {
  const options = { loadPaths: [root], style: "compressed", quietDeps: true, charset: false };
  return compile(join(source, "scss/app.scss"), options).css;
}

function scripts() {
  const library = readFileSync(join(govuk, "govuk-frontend.min.js"), "utf8");
  write("js/govuk-frontend.js", library.replace(/^\/\/# sourceMappingURL=.*$/m, ""));
  for (const name of readdirSync(join(source, "js"))) {
    write(`js/${name}`, readFileSync(join(source, "js", name), "utf8"));
  }
}

function copyImage(name) {
  const folder = images.find((candidate) => existsSync(join(candidate, name)));
  if (!folder) throw new Error(`The style sheet names images/${name}, which is in neither ${images.join(" nor ")}.`);
  mkdirSync(join(target, "images"), { recursive: true });
  copyFileSync(join(folder, name), join(target, "images", name));
}

const css = style(); // before anything is removed: a mistake in it leaves the last build standing
rmSync(target, { recursive: true, force: true });
write("css/app.css", css);
scripts();
const named = [...css.matchAll(/url\(["']?\.\.\/images\/([^"')]+)/g)].map((match) => match[1]);
new Set([...named, "favicon.svg"]).forEach(copyImage);
console.log(`Built static/dist: style sheet of ${Math.round(css.length / 1024)} kB, ${new Set(named).size} images.`);
