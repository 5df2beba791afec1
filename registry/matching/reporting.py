"""A page about a trial: precision against recall, how the scores lie, and the worst errors with why they were made."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from registry.matching.columns import COLUMNS
from registry.matching.comparing import Pairs
from registry.matching.evaluating import Evaluation
from registry.matching.explaining import explain
from registry.matching.trials import Error, Trial

SIDE, MARGIN = 360, 40
POINTS = 400
BARS = 48
SHOWN = [name for name in COLUMNS if name not in ("carer", "telephone", "school")]


def page(trial: Trial) -> str:
    """The whole page: one file with nothing loaded from elsewhere."""
    figures = trial.evaluation.as_json().items()
    return format_html(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{what}</title></head><body><h1>{what}</h1>'
        "<table>{figures}</table><h2>Precision against recall</h2>{curve}<h2>Scores</h2>{scores}"
        "<h2>The worst errors</h2>{errors}</body></html>",
        what=trial.evaluation.what,
        figures=format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", figures),
        curve=_curve(trial.evaluation),
        scores=_scores(trial.evaluation),
        errors=format_html_join("", "{}", ((_error(trial, error),) for error in trial.errors)),
    )


def _curve(evaluation: Evaluation) -> SafeString:
    curve = evaluation.curve
    places = np.unique(np.linspace(0, max(len(curve.scores) - 1, 0), POINTS).astype(int))[: len(curve.scores)]
    across, up = _positions(curve.recall[places]), SIDE - _positions(curve.precision[places])
    points = " ".join(f"{MARGIN + x:.1f},{MARGIN + y:.1f}" for x, y in zip(across, up, strict=True))
    return _chart(
        format_html('<polyline points="{}" fill="none" stroke="black"/>', points), "recall", "precision", "0.9", "1"
    )


def _positions(shares: np.ndarray) -> np.ndarray:
    """Where a share stands between nine tenths and one, which is where everything happens."""
    return np.clip((shares - 0.9) * 10, 0, 1) * SIDE


def _scores(evaluation: Evaluation) -> SafeString:
    counts, edges = np.histogram(np.clip(evaluation.curve.scores, -20, 76), bins=BARS, range=(-20, 76))
    tallest, width = max(1, int(counts.max())), SIDE / BARS
    bars = format_html_join(
        "",
        '<rect x="{}" y="{}" width="{}" height="{}"><title>{} bits: {}</title></rect>',
        (
            (
                round(MARGIN + place * width, 1),
                round(MARGIN + SIDE * (1 - count / tallest), 1),
                round(width - 1, 1),
                round(SIDE * count / tallest, 1),
                round(edges[place]),
                count,
            )
            for place, count in enumerate(counts.tolist())
        ),
    )
    return _chart(bars, "bits", "different scores", "-20", "76")


def _chart(inside: SafeString, across: str, up: str, low: str, high: str) -> SafeString:
    size = SIDE + 2 * MARGIN
    return format_html(
        '<svg width="{0}" height="{0}" role="img" aria-label="{3} against {2}">'
        '<rect x="{1}" y="{1}" width="{5}" height="{5}" fill="none" stroke="grey"/>{4}'
        '<text x="{1}" y="{6}">{7}</text><text x="{8}" y="{6}" text-anchor="end">{9} {2}</text>'
        '<text x="{1}" y="{10}">{3}</text></svg>',
        size, MARGIN, across, up, inside, SIDE, size - 12, low, MARGIN + SIDE, high, MARGIN - 12,
    )  # fmt: skip


def _error(trial: Trial, error: Error) -> SafeString:
    (explanation,) = explain(error.pair, trial.model, trial.linker.common)
    return format_html(
        "<h3>{}: {} bits</h3><table>{}</table><ul>{}</ul>",
        error.said,
        f"{explanation.total:.1f}",
        format_html_join("", "<tr><th>{}</th><td>{}</td><td>{}</td></tr>", _beside(error.pair)),
        format_html_join(
            "", "<li>{} ({} bits)</li>", ((part.sentence, f"{part.bits:+.1f}") for part in explanation.parts)
        ),
    )


def _beside(pair: Pairs) -> Iterable[tuple[str, str, str]]:
    for name in SHOWN:
        mine, theirs = pair.people.value(name, int(pair.rows[0])), pair.index.value(name, int(pair.children[0]))
        if mine or theirs:
            yield name, mine, theirs
