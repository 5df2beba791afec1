"""Splink on DuckDB on the same files, as its documentation recommends: run in a process of its own.

Forename and surname together with how common the whole name is, its comparisons of dates of birth and of postcodes,
term frequencies wherever it offers them. It reads the same CSV files; names are put in small letters for it. For each
row of the list its best pair is kept, which is kinder to it than all its pairs.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

from childindex.memory import peak_memory

FIELDS = "forename middle_names surname former_surname date_of_birth sex postcode address upn nhs_number".split()
BLOCKING = (
    ("forename", "surname", "substr(date_of_birth, 1, 4)"),
    ("surname", "date_of_birth"),
    ("forename", "date_of_birth"),
    ("date_of_birth", "postcode"),
    ("forename", "postcode"),
    ("surname", "postcode", "substr(date_of_birth, 1, 4)"),
    ("surname", "substr(forename, 1, 3)", "substr(date_of_birth, 1, 7)"),
    ("address", "substr(date_of_birth, 1, 7)"),
    ("upn",),
    ("nhs_number",),
)
SWAPPED = (
    "l.forename = r.surname and l.surname = r.forename"
    " and substr(l.date_of_birth, 1, 4) = substr(r.date_of_birth, 1, 4)"
)
CERTAIN = (("forename", "surname", "date_of_birth"), ("upn",), ("nhs_number",))
LEARNT_FROM = (("forename", "surname"), ("date_of_birth",))
SEED = 1
WORTH_KEEPING = -15.0


def main() -> None:
    options = _options()
    logging.getLogger("splink").setLevel(logging.ERROR)
    began = perf_counter()
    linker = _linker(options.files, options.model)
    if options.learn:
        _learn(linker)
        linker.misc.save_model_to_json(str(options.model), overwrite=True)
    else:
        _write_best(linker, options.out)
    seconds = perf_counter() - began
    sys.stdout.write(json.dumps({"seconds": seconds, "seconds_prepared": seconds, "peak_memory": peak_memory()}))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path, help="an index and a list, or one file searched for duplicates")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--learn", action="store_true")
    return parser.parse_args()


def _linker(files: list[Path], model: Path) -> Linker:
    api = DuckDBAPI(connection=duckdb.connect())
    tables, held = [], set(FIELDS)
    for number, path in enumerate(files):
        columns = _columns(api, path)
        held &= {column for column, filled in columns.items() if filled}
        api._con.execute(f"CREATE TABLE people_{number} AS {_select(path, columns)}")
        tables.append(api.register(f"people_{number}", dataset_display_name=f"file_{number}"))
    settings: Any = str(model) if model.exists() else _settings(held, one_file=len(files) == 1)
    return Linker(tables, settings, log_level=logging.ERROR)


def _columns(api: DuckDBAPI, path: Path) -> dict[str, bool]:
    """The fields the file has, and whether anything is in them."""
    found = api._con.execute(f"SELECT * FROM read_csv('{path}', all_varchar = true) LIMIT 0").description
    names = [column[0] for column in found if column[0] in FIELDS]
    counts = ", ".join(f"count(nullif({name}, ''))" for name in names)
    filled = api._con.execute(f"SELECT {counts} FROM read_csv('{path}', all_varchar = true)").fetchone()
    return {name: bool(count) for name, count in zip(names, filled, strict=True)}


def _select(path: Path, columns: dict[str, bool]) -> str:
    fields = ", ".join(
        f"nullif(trim(lower({name})), '') AS {name}" if name in columns else f"NULL::varchar AS {name}"
        for name in FIELDS
    )
    return (
        f"SELECT *, forename || ' ' || surname AS whole_name FROM (SELECT id, {fields}"
        f" FROM read_csv('{path}', all_varchar = true))"
    )


def _settings(held: set[str], *, one_file: bool) -> SettingsCreator:
    comparisons = {
        "middle_names": cl.JaroWinklerAtThresholds("middle_names", [0.9, 0.7]),
        "former_surname": cl.ExactMatch("former_surname"),
        "date_of_birth": cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y-%m-%d"),
        "sex": cl.ExactMatch("sex"),
        "postcode": cl.PostcodeComparison("postcode").configure(term_frequency_adjustments=True),
        "address": cl.JaroWinklerAtThresholds("address", [0.92, 0.8]).configure(term_frequency_adjustments=True),
        "upn": cl.LevenshteinAtThresholds("upn", 1),
        "nhs_number": cl.LevenshteinAtThresholds("nhs_number", 1),
    }
    names = cl.ForenameSurnameComparison("forename", "surname", forename_surname_concat_col_name="whole_name")
    return SettingsCreator(
        link_type="dedupe_only" if one_file else "link_only",
        unique_id_column_name="id",
        comparisons=[names.configure(term_frequency_adjustments=True)]
        + [comparison for field, comparison in comparisons.items() if field in held],
        blocking_rules_to_generate_predictions=[*(block_on(*rule) for rule in BLOCKING), SWAPPED],
        retain_matching_columns=False,
    )


def _learn(linker: Linker) -> None:
    linker.training.estimate_probability_two_random_records_match([block_on(*rule) for rule in CERTAIN], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
    for rule in LEARNT_FROM:
        with suppress(ValueError):  # raised where a small list has no pair of some level: the other rules must do
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), record_sample_proportion=1.0
            )


def _write_best(linker: Linker, out: Path) -> None:
    found = linker.inference.predict(threshold_match_weight=WORTH_KEEPING)
    query = f"SELECT id_l, id_r, match_weight FROM {found.physical_name}"
    if linker._settings_obj._link_type == "link_only":
        query = f"SELECT arg_max(id_l, match_weight), id_r, max(match_weight) FROM ({query}) GROUP BY id_r"
    linker._db_api._con.execute(f"COPY ({query}) TO '{out}' (HEADER false)")


if __name__ == "__main__":
    main()
