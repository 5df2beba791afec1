// Passkeys need a script: show what uses them, and say it in the page when the browser could not use one.
for (const part of document.querySelectorAll("[data-needs-script]")) {
  part.hidden = !window.PublicKeyCredential;
}

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const place of document.querySelectorAll("[data-passkey-error]")) {
    place.textContent = "The passkey was not used. Try again, or sign in another way.";
  }
});
