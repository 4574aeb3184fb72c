"""How the old portfolio files beside this were made: the migrations up to a version, then plain rows of that version.

Run it once for a new migration (`python tests/data/make_old_files.py`); it writes `migrations/parts.json` and what
makes a new file too. A file that exists is never made again: it is what a user of that version has on the disk,
whatever becomes of the migrations.
"""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from wealthdesk.storage.connection import connect
from wealthdesk.storage.file.migrations import fresh_schema, head, migrate, statements_file, versions_folder
from wealthdesk.storage.schema import Schema, marks_of

HERE = Path(__file__).parent
MADE = "'2026-11-20T09:00:00.000Z', '2026-11-20T09:00:00.000Z'"

ROWS = {
    1: f"""
INSERT INTO accounts VALUES
  ('acc-1', 'Everyday broker', 'taxable', 'USD', NULL, {MADE}),
  ('acc-2', 'Rürup O''Neill', 'tax_deferred', 'EUR', NULL, {MADE}),
  ('acc-3', 'Closed long ago', 'tax_free', 'USD', '2025-01-01T00:00:00.000Z', {MADE});
INSERT INTO asset_classes VALUES ('own-1', 'Collectibles', '#6F6E69', 7, {MADE});
INSERT INTO assets VALUES
  ('ast-1', 'WRLD', 'World shares', 'fund', 'Global', 'USD', 'XX0000000001', '1', NULL, {MADE}),
  ('ast-2', 'BNDE', 'Euro bonds', 'fund', NULL, 'EUR', NULL, NULL, NULL, {MADE}),
  ('ast-3', 'MIX', 'Balanced 60/40', 'fund', NULL, 'USD', NULL, '0.001', NULL, {MADE}),
  ('ast-4', 'USD', 'US dollar', 'cash', NULL, 'USD', NULL, NULL, NULL, {MADE}),
  ('ast-5', 'EUR', 'Euro', 'cash', NULL, 'EUR', NULL, NULL, NULL, {MADE}),
  ('ast-6', 'VASE', 'A vase', 'property', NULL, 'EUR', NULL, NULL, NULL, {MADE});
INSERT INTO asset_exposures VALUES
  ('ast-1', 'equity', 10000), ('ast-2', 'fixed_income', 10000), ('ast-3', 'equity', 6000),
  ('ast-3', 'fixed_income', 4000), ('ast-4', 'cash', 10000), ('ast-5', 'cash', 10000);
INSERT INTO holdings VALUES
  ('hol-1', 'acc-1', 'ast-1', '120.5', 950000, {MADE}),
  ('hol-2', 'acc-1', 'ast-3', '33.333333333333', NULL, {MADE}),
  ('hol-3', 'acc-1', 'ast-4', '1250.75', NULL, {MADE}),
  ('hol-4', 'acc-2', 'ast-2', '400', 3900000, {MADE}),
  ('hol-5', 'acc-2', 'ast-5', '99.01', NULL, {MADE}),
  ('hol-6', 'acc-2', 'ast-6', '1', NULL, {MADE});
INSERT INTO prices VALUES
  ('ast-1', '2026-11-19', '101.25', 'import'), ('ast-1', '2026-11-20', '102.5', 'import'),
  ('ast-2', '2026-11-20', '98.123456', 'hand'), ('ast-3', '2026-11-20', '24.9', 'import'),
  ('ast-4', '2026-11-20', '1', 'fixed'), ('ast-5', '2026-11-20', '1', 'fixed');
INSERT INTO fx_rates VALUES ('EUR', 'USD', '2026-11-20', '1.0832');
INSERT INTO settings VALUES ('base_currency', 'USD'), ('theme', 'dark');
""",
    2: f"""
INSERT INTO rebalancing_strategies VALUES
  ('str-1', 'Calm', 'acc-1', 1, 3, 400, 2000, 'largest_gap', 'keep_cash', {MADE}),
  ('str-2', 'Bold', 'acc-1', 0, 1, 500, 2500, 'even_fill', 'spread', {MADE});
INSERT INTO asset_class_targets VALUES
  ('tgt-1', 'default_all_portfolio', 'equity', 6000, 1, {MADE}),
  ('tgt-2', 'default_all_portfolio', 'fixed_income', 3500, 0, {MADE}),
  ('tgt-3', 'default_all_portfolio', 'cash', 500, 0, {MADE}),
  ('tgt-4', 'str-1', 'equity', 3333, 0, {MADE}),
  ('tgt-5', 'str-1', 'fixed_income', 6667, 0, {MADE}),
  ('tgt-6', 'str-2', 'equity', 10000, 0, {MADE});
INSERT INTO holding_targets VALUES
  ('htg-1', 'tgt-1', 'ast-1', 10000, 1, {MADE}),
  ('htg-2', 'tgt-3', 'ast-4', 7500, 0, {MADE}),
  ('htg-3', 'tgt-3', 'ast-5', 2500, 0, {MADE});
""",
    3: f"""
INSERT INTO account_rules VALUES
  ('acc-1', 50000, 495, '0', '12.5', 0, {MADE}), ('acc-2', 0, 0, '10', '0', 1, {MADE});
INSERT INTO account_assets VALUES ('acc-2', 'ast-2'), ('acc-2', 'ast-6');
INSERT INTO asset_rules VALUES ('ast-3', 'sell_only', {MADE}), ('ast-6', 'excluded', {MADE});
INSERT INTO class_homes VALUES ('fixed_income', 'tax_deferred', {MADE});
INSERT INTO tax_lots VALUES
  ('lot-1', 'hol-1', '2019-03-04', '100', 700000, {MADE}), ('lot-2', 'hol-1', NULL, '20.5', 250000, {MADE});
INSERT INTO plan_options VALUES ('default_all_portfolio', 1, 0, 'half_way', 10000, 250000, 1, {MADE});
INSERT INTO plans VALUES
  ('pln-1', 1, '2026-11-18T15:04:05.678Z', NULL, NULL, 'All Portfolio', 'All Portfolio', 'deposit', 110000, 'USD',
   912, 640, {MADE}),
  ('pln-2', 2, '2026-11-19T08:00:00.000Z', '2026-11-19T08:01:00.000Z', 'acc-2', 'Rürup O''Neill', '', 'rebalance', 0,
   'USD', 350, 100, {MADE});
INSERT INTO plan_amounts VALUES ('amt-1', 'pln-1', 0, 'acc-1', 'Everyday broker', 110000, {MADE});
INSERT INTO plan_trades VALUES
  ('trd-1', 'pln-1', 0, 'acc-1', 'ast-1', 'Everyday broker', 'WRLD', 'buy', '10.5', '102.5', 'USD', 107625, 495,
   {MADE}),
  ('trd-2', 'pln-2', 0, 'acc-2', NULL, 'Rürup O''Neill', 'GONE', 'sell', '3', '0.000000000001', 'EUR', 0, 0, {MADE});
INSERT INTO plan_changes VALUES
  ('chg-1', 'pln-1', 0, 'hol-1', 'acc-1', 'ast-1', 'Everyday broker', 'WRLD', 'USD', '110', '120.5', 841880, 950000,
   {MADE}),
  ('chg-2', 'pln-1', 1, 'hol-3', 'acc-1', 'ast-4', 'Everyday broker', 'USD', 'USD', '1231.95', '1250.75', NULL, NULL,
   {MADE}),
  ('chg-3', 'pln-2', 0, 'hol-9', 'acc-2', NULL, 'Rürup O''Neill', 'GONE', 'EUR', '3', NULL, 12, NULL, {MADE});
INSERT INTO plan_change_lots VALUES
  ('chl-1', 'chg-1', 1, '2019-03-04', '100', 700000, {MADE}), ('chl-2', 'chg-1', 1, NULL, '10', 141880, {MADE}),
  ('chl-3', 'chg-1', 0, '2019-03-04', '100', 700000, {MADE}), ('chl-4', 'chg-1', 0, NULL, '20.5', 250000, {MADE});
""",
    4: f"""
UPDATE rebalancing_strategies SET version = 2 WHERE id = 'str-2';
INSERT INTO funds VALUES
  ('fnd-1', 'Seed Fund O''Neill', 'USD', 10000000000, 1000000000, 3, NULL, {MADE}),
  ('fnd-2', 'Wound up', 'EUR', NULL, NULL, 1, '2025-01-01T00:00:00.000Z', {MADE});
INSERT INTO companies VALUES
  ('com-1', 'fnd-1', '1', 'Alpha', 'active', 150000000, 300000000, 20000000, {MADE}),
  ('com-2', 'fnd-1', NULL, 'Bêta & Söhne', 'exited', 0, NULL, 75000000, {MADE});
INSERT INTO class_target_caps VALUES ('tgt-1', 7000, {MADE});
INSERT INTO holding_target_caps VALUES ('htg-2', 8000, {MADE});
INSERT INTO reallocations VALUES
  ('rea-1', 'req-1', 'd1', 'reserves', NULL, 'fnd-1', 'Seed Fund O''Neill', 0, 1, 'import', NULL, '', 'You', '[]',
   0, 100000000, NULL, NULL, 'USD', {MADE}),
  ('rea-2', 'req-2', 'd2', 'reserves', NULL, 'fnd-1', 'Seed Fund O''Neill', 1, 2, 'manual', NULL, 'Next round', 'Ada',
   '["Alpha would be 100.0% of the total, above 30%."]', 100000000, 250000000, NULL, 1000000000, 'USD', {MADE}),
  ('rea-3', 'req-3', 'd3', 'reserves', NULL, 'fnd-1', 'Seed Fund O''Neill', 2, 3, 'revert', 'rea-1', 'Back', 'You',
   '[]', 250000000, 150000000, 1000000000, 1000000000, 'USD', {MADE}),
  ('rea-4', 'req-4', 'd4', 'targets', 'str-2', NULL, 'Bold', 1, 2, 'template', NULL, '', 'You', '[]', 10000, 10000,
   NULL, NULL, '', {MADE}),
  ('rea-5', 'req-5', 'd5', 'targets', NULL, NULL, 'Removed since', 1, 2, 'scale', NULL, '', 'You', '[]', 10000, 10000,
   NULL, NULL, '', {MADE});
INSERT INTO reallocation_lines VALUES
  ('rel-1', 'rea-1', 0, '', 'com-1', 'Alpha', NULL, 100000000, NULL, 300000000, {MADE}),
  ('rel-2', 'rea-2', 0, '', 'com-1', 'Alpha', 100000000, 150000000, 300000000, 300000000, {MADE}),
  ('rel-3', 'rea-2', 1, '', 'com-2', 'Bêta & Söhne', NULL, 100000000, NULL, NULL, {MADE}),
  ('rel-4', 'rea-3', 0, '', 'com-2', 'Bêta & Söhne', 100000000, 0, NULL, NULL, {MADE}),
  ('rel-5', 'rea-4', 0, '', 'equity', 'Equity', 6000, 10000, NULL, NULL, {MADE}),
  ('rel-6', 'rea-4', 1, '', 'cash', 'Cash', 4000, NULL, NULL, NULL, {MADE}),
  ('rel-7', 'rea-5', 0, 'equity', 'ast-1', 'WRLD', NULL, 10000, NULL, NULL, {MADE});
INSERT INTO reallocation_attempts VALUES
  ('att-1', 'reserves', NULL, 'fnd-1', 'committed', {MADE}), ('att-2', 'targets', 'str-2', NULL, 'conflict', {MADE}),
  ('att-3', 'targets', NULL, NULL, 'stale', {MADE}), ('att-4', 'reserves', NULL, 'fnd-1', 'invalid', {MADE});
""",
    5: f"""
UPDATE account_rules SET converts = 0, trades_archived = 1 WHERE account_id = 'acc-1';
INSERT INTO account_rules VALUES ('acc-3', 0, 0, '0', '0', 'all', 1, 0, {MADE});
INSERT INTO account_exceptions VALUES ('acc-1', 'ast-2', 0), ('acc-1', 'ast-6', 1), ('acc-3', 'ast-1', 1);
INSERT INTO account_rooms VALUES
  ('acc-1', 'no_limit', 0, NULL, NULL, NULL, NULL, NULL, {MADE}),
  ('acc-2', 'limited', 700000, '2026-11-01', 2000000, 4, 6, 'shr-1', {MADE}),
  ('acc-3', 'limited', 700000, '2026-11-01', 2000000, 4, 6, 'shr-1', {MADE});
UPDATE plan_options SET trades = '7', gain_cost_bps = 0;
INSERT INTO plan_options VALUES ('str-1', 0, 1, 'target', NULL, NULL, 0, 'fewest', 2500, {MADE});
UPDATE asset_class_targets SET band_bps = 250 WHERE id = 'tgt-1';
UPDATE holding_targets SET band_bps = 1000 WHERE id = 'htg-2';
UPDATE reallocation_lines SET to_band = 300 WHERE id = 'rel-5';
UPDATE reallocation_lines SET from_band = 10000 WHERE id = 'rel-6';
INSERT INTO plan_conversions VALUES
  ('cnv-1', 'pln-1', 0, 'acc-1', 'Everyday broker', 'EUR', 'USD', 10000, 10832, '1.0832', 135, {MADE}),
  ('cnv-2', 'pln-2', 0, NULL, 'Gone', 'USD', 'EUR', 1, 0, '0.923190546529', 0, {MADE});
INSERT INTO placed_orders VALUES
  ('plo-1', NULL, 's1', 'acc-1', 'ast-1', 'buy', {MADE}), ('plo-2', 'acc-2', 's2', 'acc-2', 'ast-2', 'sell', {MADE});
""",
    6: f"""
INSERT INTO assets VALUES ('ast-7', 'WRLDX', 'World, once more', 'security', NULL, 'USD', NULL, '1', NULL, {MADE});
INSERT INTO asset_aliases VALUES
  ('', 'WRLDX', 'USD', 'ast-1'), ('holdings acc-1', 'IE00.WRLD', 'USD', 'ast-1'),
  ('holdings acc-2', 'BNDE', 'EUR', 'ast-2'), ('holdings ', 'Müller & Söhne', 'EUR', 'ast-6');
INSERT INTO account_aliases VALUES ('holdings', 'z12-345', 'acc-1'), ('holdings', 'rürup o''neill', 'acc-2');
""",
    7: """
INSERT INTO holding_history VALUES
  ('acc-1', 'ast-1', '2019-03-04', '100'), ('acc-1', 'ast-2', '2020-01-02', '0'), ('acc-2', 'ast-5', '2026-11-19', '0');
INSERT INTO replayed_rows VALUES
  ('acc-1', '0123456789abcdef0123456789abcdef', '2019-03-04'), ('acc-1', 'fedcba98', '2026-11-19');
INSERT INTO followed_cash VALUES ('acc-1', 'USD'), ('acc-1', 'EUR');
""",
    8: f"""
INSERT INTO imports VALUES ('imp-1', 'import of broker.csv, 1 holding',
  '{{"topics":["HOLDINGS"],"columns":{{}},"places":[],"rows":[],"sets":[]}}', {MADE});
""",
    9: f"""
INSERT INTO assets VALUES ('ast-8', 'TINY', 'Parts', 'fund', NULL, 'USD', NULL, '0.000000000001', NULL, {MADE});
INSERT INTO prices VALUES ('ast-8', '2026-11-20', '123456789012345.123456789012', 'import');
""",
    10: f"""
INSERT INTO asset_quotes VALUES
  ('ast-1', 'my script', 'WRLD.L', 'GBX'), ('ast-1', 'ECB', 'WRLD', ''), ('ast-2', 'my script', 'Müller & Söhne', '');
INSERT INTO deposits_planned VALUES
  ('dep-1', NULL, 100000, 'USD', 'month', 31, '2026-01-15', NULL, NULL, {MADE}),
  ('dep-2', 'acc-2', 100000, 'EUR', 'spread', 1, '2026-12-01', NULL, 7, {MADE}),
  ('dep-3', 'acc-1', 1, 'USD', 'quarter', 15, '2026-01-01', '2026-12-31', NULL, {MADE});
INSERT INTO deposit_outcomes VALUES ('dep-1', '2026-02-28', 'recorded'), ('dep-1', '2026-03-31', 'skipped');
""",
    11: f"""
INSERT INTO account_groups VALUES
  ('group:1', 'Retirement O''Neill', {MADE}), ('group:2', 'Empty by now', {MADE});
INSERT INTO account_group_members VALUES ('group:1', 'acc-1'), ('group:1', 'acc-2');
INSERT INTO rebalancing_strategies VALUES
  ('str-3', 'Together', NULL, 1, 2, 500, 2500, 'even_fill', 'spread', {MADE}, 'group:1'),
  ('str-4', 'Calm', NULL, 1, 1, 500, 2500, 'even_fill', 'spread', {MADE}, 'group:2');
INSERT INTO asset_class_targets VALUES ('tgt-7', 'str-3', 'equity', 10000, 0, {MADE}, NULL);
INSERT INTO class_target_caps VALUES ('tgt-7', 10000, {MADE});
INSERT INTO plan_options VALUES ('str-3', 1, 1, 'target', NULL, NULL, 1, 'closest', 1000, {MADE});
INSERT INTO plans VALUES
  ('pln-3', 3, '2026-11-20T08:00:00.000Z', NULL, NULL, 'Retirement O''Neill', 'Together', 'rebalance', 0, 'USD', 350,
   100, {MADE}, 'group:1');
INSERT INTO placed_orders VALUES
  ('plo-3', NULL, 's3', 'acc-1', 'ast-1', 'sell', {MADE}, 'group:1'),
  ('plo-4', NULL, 's4', 'acc-1', 'ast-2', 'buy', {MADE}, 'group:2');
INSERT INTO deposits_planned VALUES
  ('dep-4', NULL, 100, 'USD', 'month', 1, '2026-01-15', NULL, NULL, {MADE}, 'group:1');
INSERT INTO deposit_outcomes VALUES ('dep-4', '2026-02-01', 'skipped');
INSERT INTO reallocations VALUES
  ('rea-6', 'req-6', 'd6', 'targets', 'str-3', NULL, 'Together', 1, 2, 'manual', NULL, '', 'You', '[]', 10000, 10000,
   NULL, NULL, '', {MADE});
""",
}


def make(path: Path, version: int) -> None:
    """Make the file at a version: its tables, and the rows of all versions up to it."""
    path.touch(exist_ok=False)
    for step in range(1, version + 1):
        migrate(path, step)
        with contextlib.closing(connect(path)) as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.executescript(f"BEGIN; {ROWS[step]} COMMIT;")
    path.with_name(path.name + "-journal").unlink(missing_ok=True)


def parts(made: Callable[[int], Schema] = fresh_schema) -> dict[str, dict[str, str | None]]:
    """Version → the marks of the tables that it makes or changes; None: one that it removes.

    made: what gives the tables of a new file at a version.
    """
    found: dict[str, dict[str, str | None]] = {}
    before: dict[str, str] = {}
    for version in range(1, head() + 1):
        now = marks_of(made(version))
        found[str(version)] = {name: mark for name, mark in sorted(now.items()) if before.get(name) != mark}
        found[str(version)] |= dict.fromkeys(sorted(before.keys() - now.keys()))
        before = now
    return found


def statements() -> str:
    """What makes a new file as all migrations do: its tables, the rows that they bring, and its header."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "new.wealthdesk"
        path.touch()
        migrate(path, head())
        with contextlib.closing(connect(path)) as connection:
            dumped = [each for each in connection.iterdump() if each not in ("BEGIN TRANSACTION;", "COMMIT;")]
            header = [
                f"PRAGMA {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]};"
                for name in ("application_id", "user_version")
            ]
    return "\n".join([*dumped, *header, ""])


if __name__ == "__main__":
    for earlier in versions_folder().parent.glob("new_*.sql"):
        earlier.unlink()
    statements_file(head()).write_text(statements(), encoding="utf-8")
    told = json.dumps(parts(), indent=2)
    (versions_folder().parent / "parts.json").write_text(f"{told}\n", encoding="utf-8")
    for number in range(1, head() + 1):
        file = HERE / f"portfolio_{number:04}.wealthdesk"
        if not file.exists():
            make(file, number)
