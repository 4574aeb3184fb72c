CREATE TABLE account_aliases (
	source TEXT NOT NULL, 
	text TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	CONSTRAINT pk_account_aliases PRIMARY KEY (source, text), 
	CONSTRAINT fk_account_aliases_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_account_aliases_text CHECK (length(text) > 0)
);
CREATE TABLE account_assets (
	account_id TEXT NOT NULL, 
	asset_id TEXT NOT NULL, 
	CONSTRAINT pk_account_assets PRIMARY KEY (account_id, asset_id), 
	CONSTRAINT fk_account_assets_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_account_assets_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE
);
CREATE TABLE account_exceptions (
	account_id TEXT NOT NULL, 
	asset_id TEXT NOT NULL, 
	is_barred INTEGER NOT NULL, 
	CONSTRAINT pk_account_exceptions PRIMARY KEY (account_id, asset_id), 
	CONSTRAINT fk_account_exceptions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_account_exceptions_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_account_exceptions_is_barred CHECK (is_barred IN (0, 1)), 
	CONSTRAINT ck_account_exceptions_is_barred_whole CHECK (typeof(is_barred) = 'integer')
);
CREATE TABLE account_group_members (
	group_id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	CONSTRAINT pk_account_group_members PRIMARY KEY (group_id, account_id), 
	CONSTRAINT fk_account_group_members_group_id FOREIGN KEY(group_id) REFERENCES account_groups (id) ON DELETE CASCADE, 
	CONSTRAINT fk_account_group_members_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE
);
CREATE TABLE account_groups (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_account_groups PRIMARY KEY (id), 
	CONSTRAINT uq_account_groups_name UNIQUE (name), 
	CONSTRAINT ck_account_groups_id CHECK (id LIKE 'group:%'), 
	CONSTRAINT ck_account_groups_name CHECK (length(name) > 0)
);
CREATE TABLE account_rooms (
	account_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	left_minor INTEGER NOT NULL, 
	on_date TEXT, 
	renewed_minor INTEGER, 
	renewal_month INTEGER, 
	renewal_day INTEGER, 
	shared_id TEXT, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_account_rooms PRIMARY KEY (account_id), 
	CONSTRAINT fk_account_rooms_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_account_rooms_left_minor CHECK (left_minor >= 0), 
	CONSTRAINT ck_account_rooms_on_date CHECK (length(on_date) = 10), 
	CONSTRAINT ck_account_rooms_renewed_minor CHECK (renewed_minor >= 0), 
	CONSTRAINT ck_account_rooms_renewal_month CHECK (renewal_month BETWEEN 1 AND 12), 
	CONSTRAINT ck_account_rooms_renewal_day CHECK (renewal_day BETWEEN 1 AND 31), 
	CONSTRAINT ck_account_rooms_renewal CHECK ((renewal_month IS NULL) = (renewal_day IS NULL)), 
	CONSTRAINT ck_account_rooms_left_minor_whole CHECK (typeof(left_minor) = 'integer'), 
	CONSTRAINT ck_account_rooms_renewed_minor_whole CHECK (typeof(renewed_minor) IN ('integer', 'null')), 
	CONSTRAINT ck_account_rooms_renewal_month_whole CHECK (typeof(renewal_month) IN ('integer', 'null')), 
	CONSTRAINT ck_account_rooms_renewal_day_whole CHECK (typeof(renewal_day) IN ('integer', 'null'))
);
CREATE TABLE account_rules (
	account_id TEXT NOT NULL, 
	buffer_minor INTEGER NOT NULL, 
	fee_fixed_minor INTEGER NOT NULL, 
	fee_rate_bps TEXT NOT NULL, 
	fx_rate_bps TEXT NOT NULL, 
	may_hold TEXT NOT NULL, 
	converts INTEGER NOT NULL, 
	trades_archived INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_account_rules PRIMARY KEY (account_id), 
	CONSTRAINT fk_account_rules_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_account_rules_buffer_minor CHECK (buffer_minor >= 0), 
	CONSTRAINT ck_account_rules_fee_fixed_minor CHECK (fee_fixed_minor >= 0), 
	CONSTRAINT ck_account_rules_fee_rate_bps CHECK (fee_rate_bps NOT LIKE '-%'), 
	CONSTRAINT ck_account_rules_fx_rate_bps CHECK (fx_rate_bps NOT LIKE '-%'), 
	CONSTRAINT ck_account_rules_converts CHECK (converts IN (0, 1)), 
	CONSTRAINT ck_account_rules_trades_archived CHECK (trades_archived IN (0, 1)), 
	CONSTRAINT ck_account_rules_buffer_minor_whole CHECK (typeof(buffer_minor) = 'integer'), 
	CONSTRAINT ck_account_rules_fee_fixed_minor_whole CHECK (typeof(fee_fixed_minor) = 'integer'), 
	CONSTRAINT ck_account_rules_fee_rate_bps_decimal CHECK (fee_rate_bps IS NULL OR (typeof(fee_rate_bps) = 'text' AND length(fee_rate_bps) = length(CAST(fee_rate_bps AS BLOB)) AND fee_rate_bps NOT GLOB '*[^0-9.]*' AND fee_rate_bps GLOB '[0-9]*' AND fee_rate_bps NOT GLOB '0[0-9]*' AND fee_rate_bps NOT GLOB '*.*.*' AND fee_rate_bps NOT GLOB '*.' AND (fee_rate_bps NOT GLOB '*.*' OR fee_rate_bps NOT GLOB '*0') AND instr(fee_rate_bps || '.', '.') <= 16 AND length(fee_rate_bps) - instr(fee_rate_bps || '.', '.') <= 12)), 
	CONSTRAINT ck_account_rules_fx_rate_bps_decimal CHECK (fx_rate_bps IS NULL OR (typeof(fx_rate_bps) = 'text' AND length(fx_rate_bps) = length(CAST(fx_rate_bps AS BLOB)) AND fx_rate_bps NOT GLOB '*[^0-9.]*' AND fx_rate_bps GLOB '[0-9]*' AND fx_rate_bps NOT GLOB '0[0-9]*' AND fx_rate_bps NOT GLOB '*.*.*' AND fx_rate_bps NOT GLOB '*.' AND (fx_rate_bps NOT GLOB '*.*' OR fx_rate_bps NOT GLOB '*0') AND instr(fx_rate_bps || '.', '.') <= 16 AND length(fx_rate_bps) - instr(fx_rate_bps || '.', '.') <= 12)), 
	CONSTRAINT ck_account_rules_converts_whole CHECK (typeof(converts) = 'integer'), 
	CONSTRAINT ck_account_rules_trades_archived_whole CHECK (typeof(trades_archived) = 'integer')
);
CREATE TABLE accounts (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	archived_at TEXT, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_accounts PRIMARY KEY (id), 
	CONSTRAINT uq_accounts_name UNIQUE (name), 
	CONSTRAINT ck_accounts_name CHECK (length(name) > 0), 
	CONSTRAINT ck_accounts_kind CHECK (kind IN ('taxable', 'tax_deferred', 'tax_free')), 
	CONSTRAINT ck_accounts_currency CHECK (length(currency) = 3 AND currency = upper(currency))
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0011');
CREATE TABLE asset_aliases (
	source TEXT NOT NULL, 
	text TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	asset_id TEXT NOT NULL, 
	CONSTRAINT pk_asset_aliases PRIMARY KEY (source, text, currency), 
	CONSTRAINT fk_asset_aliases_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_asset_aliases_text CHECK (length(text) > 0), 
	CONSTRAINT ck_asset_aliases_currency CHECK (length(currency) = 3 AND currency = upper(currency))
);
CREATE TABLE asset_class_targets (
	id TEXT NOT NULL, 
	strategy_id TEXT NOT NULL, 
	asset_class_id TEXT NOT NULL, 
	target_bps INTEGER NOT NULL, 
	is_locked INTEGER DEFAULT 0 NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, band_bps INTEGER CONSTRAINT ck_asset_class_targets_band_bps CHECK (typeof(band_bps) IN ('integer', 'null') AND band_bps BETWEEN 1 AND 10000), 
	CONSTRAINT pk_asset_class_targets PRIMARY KEY (id), 
	CONSTRAINT uq_asset_class_targets_strategy_id_asset_class_id UNIQUE (strategy_id, asset_class_id), 
	CONSTRAINT fk_asset_class_targets_strategy_id FOREIGN KEY(strategy_id) REFERENCES rebalancing_strategies (id) ON DELETE CASCADE, 
	CONSTRAINT fk_asset_class_targets_asset_class_id FOREIGN KEY(asset_class_id) REFERENCES asset_classes (id) ON DELETE CASCADE, 
	CONSTRAINT ck_asset_class_targets_target_bps CHECK (target_bps BETWEEN 0 AND 10000), 
	CONSTRAINT ck_asset_class_targets_is_locked CHECK (is_locked IN (0, 1)), 
	CONSTRAINT ck_asset_class_targets_target_bps_whole CHECK (typeof(target_bps) = 'integer'), 
	CONSTRAINT ck_asset_class_targets_is_locked_whole CHECK (typeof(is_locked) = 'integer'), 
	CONSTRAINT ck_asset_class_targets_band_bps_whole CHECK (typeof(band_bps) IN ('integer', 'null'))
);
CREATE TABLE asset_classes (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	colour TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_asset_classes PRIMARY KEY (id), 
	CONSTRAINT uq_asset_classes_name UNIQUE (name), 
	CONSTRAINT ck_asset_classes_name CHECK (length(name) > 0), 
	CONSTRAINT ck_asset_classes_colour CHECK (colour LIKE '#______'), 
	CONSTRAINT ck_asset_classes_position_whole CHECK (typeof(position) = 'integer')
);
INSERT INTO "asset_classes" VALUES('equity','Equity','#4385BE',0,'2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z');
INSERT INTO "asset_classes" VALUES('fixed_income','Fixed income','#8B7EC8',1,'2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z');
INSERT INTO "asset_classes" VALUES('real_estate','Real estate','#DA702C',2,'2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z');
INSERT INTO "asset_classes" VALUES('commodities','Commodities','#D0A215',3,'2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z');
INSERT INTO "asset_classes" VALUES('crypto','Crypto','#CE5D97',4,'2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z');
INSERT INTO "asset_classes" VALUES('alternatives','Alternatives','#3AA99F',5,'2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z');
INSERT INTO "asset_classes" VALUES('cash','Cash','#879A39',6,'2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z');
CREATE TABLE asset_exposures (
	asset_id TEXT NOT NULL, 
	asset_class_id TEXT NOT NULL, 
	weight_bps INTEGER NOT NULL, 
	CONSTRAINT pk_asset_exposures PRIMARY KEY (asset_id, asset_class_id), 
	CONSTRAINT fk_asset_exposures_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT fk_asset_exposures_asset_class_id FOREIGN KEY(asset_class_id) REFERENCES asset_classes (id) ON DELETE CASCADE, 
	CONSTRAINT ck_asset_exposures_weight_bps CHECK (weight_bps BETWEEN 1 AND 10000), 
	CONSTRAINT ck_asset_exposures_weight_bps_whole CHECK (typeof(weight_bps) = 'integer')
);
CREATE TABLE asset_quotes (
	asset_id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	symbol TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	CONSTRAINT pk_asset_quotes PRIMARY KEY (asset_id, source), 
	CONSTRAINT fk_asset_quotes_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_asset_quotes_source CHECK (length(source) > 0), 
	CONSTRAINT ck_asset_quotes_symbol CHECK (length(symbol) > 0)
);
CREATE TABLE asset_rules (
	asset_id TEXT NOT NULL, 
	trading TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_asset_rules PRIMARY KEY (asset_id), 
	CONSTRAINT fk_asset_rules_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_asset_rules_trading CHECK (trading IN ('buy_only', 'sell_only', 'locked', 'excluded'))
);
CREATE TABLE assets (
	id TEXT NOT NULL, 
	symbol TEXT NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	sub_class TEXT, 
	currency TEXT NOT NULL, 
	isin TEXT, 
	lot_step TEXT, 
	archived_at TEXT, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_assets PRIMARY KEY (id), 
	CONSTRAINT uq_assets_symbol_currency UNIQUE (symbol, currency), 
	CONSTRAINT ck_assets_symbol CHECK (length(symbol) > 0), 
	CONSTRAINT ck_assets_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	CONSTRAINT ck_assets_lot_step CHECK (lot_step NOT LIKE '-%' AND lot_step <> '0'), 
	CONSTRAINT ck_assets_lot_step_decimal CHECK (lot_step IS NULL OR (typeof(lot_step) = 'text' AND length(lot_step) = length(CAST(lot_step AS BLOB)) AND lot_step NOT GLOB '*[^0-9.]*' AND lot_step GLOB '[0-9]*' AND lot_step NOT GLOB '0[0-9]*' AND lot_step NOT GLOB '*.*.*' AND lot_step NOT GLOB '*.' AND (lot_step NOT GLOB '*.*' OR lot_step NOT GLOB '*0') AND instr(lot_step || '.', '.') <= 16 AND length(lot_step) - instr(lot_step || '.', '.') <= 12))
);
CREATE TABLE class_homes (
	asset_class_id TEXT NOT NULL, 
	account_kind TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_class_homes PRIMARY KEY (asset_class_id), 
	CONSTRAINT fk_class_homes_asset_class_id FOREIGN KEY(asset_class_id) REFERENCES asset_classes (id) ON DELETE CASCADE, 
	CONSTRAINT ck_class_homes_account_kind CHECK (account_kind IN ('taxable', 'tax_deferred', 'tax_free'))
);
CREATE TABLE class_target_caps (
	asset_class_target_id TEXT NOT NULL, 
	cap_bps INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_class_target_caps PRIMARY KEY (asset_class_target_id), 
	CONSTRAINT fk_class_target_caps_asset_class_target_id FOREIGN KEY(asset_class_target_id) REFERENCES asset_class_targets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_class_target_caps_cap_bps CHECK (cap_bps BETWEEN 0 AND 10000), 
	CONSTRAINT ck_class_target_caps_cap_bps_whole CHECK (typeof(cap_bps) = 'integer')
);
CREATE TABLE companies (
	id TEXT NOT NULL, 
	fund_id TEXT NOT NULL, 
	external_id TEXT, 
	name TEXT NOT NULL, 
	status TEXT NOT NULL, 
	planned_reserves_minor INTEGER NOT NULL, 
	allocation_cap_minor INTEGER, 
	deployed_minor INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_companies PRIMARY KEY (id), 
	CONSTRAINT uq_companies_fund_id_name UNIQUE (fund_id, name), 
	CONSTRAINT uq_companies_fund_id_external_id UNIQUE (fund_id, external_id), 
	CONSTRAINT fk_companies_fund_id FOREIGN KEY(fund_id) REFERENCES funds (id) ON DELETE CASCADE, 
	CONSTRAINT ck_companies_name CHECK (length(name) > 0), 
	CONSTRAINT ck_companies_external_id CHECK (length(external_id) > 0), 
	CONSTRAINT ck_companies_planned_reserves_minor CHECK (planned_reserves_minor >= 0), 
	CONSTRAINT ck_companies_allocation_cap_minor CHECK (allocation_cap_minor >= planned_reserves_minor), 
	CONSTRAINT ck_companies_deployed_minor CHECK (deployed_minor >= 0), 
	CONSTRAINT ck_companies_planned_reserves_minor_whole CHECK (typeof(planned_reserves_minor) = 'integer'), 
	CONSTRAINT ck_companies_allocation_cap_minor_whole CHECK (typeof(allocation_cap_minor) IN ('integer', 'null')), 
	CONSTRAINT ck_companies_deployed_minor_whole CHECK (typeof(deployed_minor) = 'integer')
);
CREATE TABLE deposit_outcomes (
	deposit_id TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	outcome TEXT NOT NULL, 
	CONSTRAINT pk_deposit_outcomes PRIMARY KEY (deposit_id, on_date), 
	CONSTRAINT fk_deposit_outcomes_deposit_id FOREIGN KEY(deposit_id) REFERENCES deposits_planned (id) ON DELETE CASCADE, 
	CONSTRAINT ck_deposit_outcomes_on_date CHECK (length(on_date) = 10), 
	CONSTRAINT ck_deposit_outcomes_outcome CHECK (length(outcome) > 0)
);
CREATE TABLE deposits_planned (
	id TEXT NOT NULL, 
	account_id TEXT, 
	amount_minor INTEGER NOT NULL, 
	currency TEXT NOT NULL, 
	every TEXT NOT NULL, 
	day INTEGER NOT NULL, 
	first_on TEXT NOT NULL, 
	until TEXT, 
	times INTEGER, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, group_id TEXT, 
	CONSTRAINT pk_deposits_planned PRIMARY KEY (id), 
	CONSTRAINT fk_deposits_planned_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_deposits_planned_amount_minor CHECK (amount_minor > 0), 
	CONSTRAINT ck_deposits_planned_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	CONSTRAINT ck_deposits_planned_every CHECK (length(every) > 0), 
	CONSTRAINT ck_deposits_planned_day CHECK (day BETWEEN 1 AND 31), 
	CONSTRAINT ck_deposits_planned_first_on CHECK (length(first_on) = 10), 
	CONSTRAINT ck_deposits_planned_until CHECK (until IS NULL OR until >= first_on), 
	CONSTRAINT ck_deposits_planned_times CHECK (times IS NULL OR times BETWEEN 1 AND 600), 
	CONSTRAINT ck_deposits_planned_amount_minor_whole CHECK (typeof(amount_minor) = 'integer'), 
	CONSTRAINT ck_deposits_planned_day_whole CHECK (typeof(day) = 'integer'), 
	CONSTRAINT ck_deposits_planned_times_whole CHECK (typeof(times) IN ('integer', 'null')), 
	CONSTRAINT fk_deposits_planned_group_id FOREIGN KEY(group_id) REFERENCES account_groups (id) ON DELETE CASCADE, 
	CONSTRAINT ck_deposits_planned_scope CHECK (account_id IS NULL OR group_id IS NULL)
);
CREATE TABLE followed_cash (
	account_id TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	CONSTRAINT pk_followed_cash PRIMARY KEY (account_id, currency), 
	CONSTRAINT fk_followed_cash_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_followed_cash_currency CHECK (length(currency) = 3 AND currency = upper(currency))
);
CREATE TABLE funds (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	size_minor INTEGER, 
	budget_minor INTEGER, 
	version INTEGER NOT NULL, 
	archived_at TEXT, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_funds PRIMARY KEY (id), 
	CONSTRAINT uq_funds_name UNIQUE (name), 
	CONSTRAINT ck_funds_name CHECK (length(name) > 0), 
	CONSTRAINT ck_funds_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	CONSTRAINT ck_funds_size_minor CHECK (size_minor >= 0), 
	CONSTRAINT ck_funds_budget_minor CHECK (budget_minor >= 0), 
	CONSTRAINT ck_funds_version CHECK (version >= 1), 
	CONSTRAINT ck_funds_size_minor_whole CHECK (typeof(size_minor) IN ('integer', 'null')), 
	CONSTRAINT ck_funds_budget_minor_whole CHECK (typeof(budget_minor) IN ('integer', 'null')), 
	CONSTRAINT ck_funds_version_whole CHECK (typeof(version) = 'integer')
);
CREATE TABLE fx_rates (
	base TEXT NOT NULL, 
	quote TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	rate TEXT NOT NULL, 
	CONSTRAINT pk_fx_rates PRIMARY KEY (base, quote, on_date), 
	CONSTRAINT ck_fx_rates_base CHECK (length(base) = 3 AND base = upper(base)), 
	CONSTRAINT ck_fx_rates_quote CHECK (length(quote) = 3 AND quote = upper(quote)), 
	CONSTRAINT ck_fx_rates_pair CHECK (base <> quote), 
	CONSTRAINT ck_fx_rates_on_date CHECK (length(on_date) = 10), 
	CONSTRAINT ck_fx_rates_rate CHECK (rate NOT LIKE '-%' AND rate <> '0'), 
	CONSTRAINT ck_fx_rates_rate_decimal CHECK (rate IS NULL OR (typeof(rate) = 'text' AND length(rate) = length(CAST(rate AS BLOB)) AND rate NOT GLOB '*[^0-9.]*' AND rate GLOB '[0-9]*' AND rate NOT GLOB '0[0-9]*' AND rate NOT GLOB '*.*.*' AND rate NOT GLOB '*.' AND (rate NOT GLOB '*.*' OR rate NOT GLOB '*0') AND instr(rate || '.', '.') <= 16 AND length(rate) - instr(rate || '.', '.') <= 12))
);
CREATE TABLE holding_history (
	account_id TEXT NOT NULL, 
	asset_id TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	CONSTRAINT pk_holding_history PRIMARY KEY (account_id, asset_id, on_date), 
	CONSTRAINT fk_holding_history_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_holding_history_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_holding_history_on_date CHECK (length(on_date) = 10), 
	CONSTRAINT ck_holding_history_quantity CHECK (quantity NOT LIKE '-%'), 
	CONSTRAINT ck_holding_history_quantity_decimal CHECK (quantity IS NULL OR (typeof(quantity) = 'text' AND length(quantity) = length(CAST(quantity AS BLOB)) AND quantity NOT GLOB '*[^0-9.]*' AND quantity GLOB '[0-9]*' AND quantity NOT GLOB '0[0-9]*' AND quantity NOT GLOB '*.*.*' AND quantity NOT GLOB '*.' AND (quantity NOT GLOB '*.*' OR quantity NOT GLOB '*0') AND instr(quantity || '.', '.') <= 16 AND length(quantity) - instr(quantity || '.', '.') <= 12))
);
CREATE TABLE holding_target_caps (
	holding_target_id TEXT NOT NULL, 
	cap_bps INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_holding_target_caps PRIMARY KEY (holding_target_id), 
	CONSTRAINT fk_holding_target_caps_holding_target_id FOREIGN KEY(holding_target_id) REFERENCES holding_targets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_holding_target_caps_cap_bps CHECK (cap_bps BETWEEN 0 AND 10000), 
	CONSTRAINT ck_holding_target_caps_cap_bps_whole CHECK (typeof(cap_bps) = 'integer')
);
CREATE TABLE holding_targets (
	id TEXT NOT NULL, 
	asset_class_target_id TEXT NOT NULL, 
	asset_id TEXT NOT NULL, 
	target_bps_of_class INTEGER NOT NULL, 
	is_locked INTEGER DEFAULT 0 NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, band_bps INTEGER CONSTRAINT ck_holding_targets_band_bps CHECK (typeof(band_bps) IN ('integer', 'null') AND band_bps BETWEEN 1 AND 10000), 
	CONSTRAINT pk_holding_targets PRIMARY KEY (id), 
	CONSTRAINT uq_holding_targets_asset_class_target_id_asset_id UNIQUE (asset_class_target_id, asset_id), 
	CONSTRAINT fk_holding_targets_asset_class_target_id FOREIGN KEY(asset_class_target_id) REFERENCES asset_class_targets (id) ON DELETE CASCADE, 
	CONSTRAINT fk_holding_targets_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_holding_targets_target_bps_of_class CHECK (target_bps_of_class BETWEEN 0 AND 10000), 
	CONSTRAINT ck_holding_targets_is_locked CHECK (is_locked IN (0, 1)), 
	CONSTRAINT ck_holding_targets_target_bps_of_class_whole CHECK (typeof(target_bps_of_class) = 'integer'), 
	CONSTRAINT ck_holding_targets_is_locked_whole CHECK (typeof(is_locked) = 'integer'), 
	CONSTRAINT ck_holding_targets_band_bps_whole CHECK (typeof(band_bps) IN ('integer', 'null'))
);
CREATE TABLE holdings (
	id TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	asset_id TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	cost_basis_minor INTEGER, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_holdings PRIMARY KEY (id), 
	CONSTRAINT uq_holdings_account_id_asset_id UNIQUE (account_id, asset_id), 
	CONSTRAINT fk_holdings_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_holdings_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_holdings_quantity CHECK (quantity NOT LIKE '-%'), 
	CONSTRAINT ck_holdings_quantity_decimal CHECK (quantity IS NULL OR (typeof(quantity) = 'text' AND length(quantity) = length(CAST(quantity AS BLOB)) AND quantity NOT GLOB '*[^0-9.]*' AND quantity GLOB '[0-9]*' AND quantity NOT GLOB '0[0-9]*' AND quantity NOT GLOB '*.*.*' AND quantity NOT GLOB '*.' AND (quantity NOT GLOB '*.*' OR quantity NOT GLOB '*0') AND instr(quantity || '.', '.') <= 16 AND length(quantity) - instr(quantity || '.', '.') <= 12)), 
	CONSTRAINT ck_holdings_cost_basis_minor_whole CHECK (typeof(cost_basis_minor) IN ('integer', 'null'))
);
CREATE TABLE imports (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	step TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_imports PRIMARY KEY (id), 
	CONSTRAINT ck_imports_name CHECK (length(name) > 0)
);
CREATE TABLE placed_orders (
	id TEXT NOT NULL, 
	scope_id TEXT, 
	signature TEXT NOT NULL, 
	account_id TEXT NOT NULL, 
	asset_id TEXT NOT NULL, 
	side TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, group_id TEXT, 
	CONSTRAINT pk_placed_orders PRIMARY KEY (id), 
	CONSTRAINT fk_placed_orders_scope_id FOREIGN KEY(scope_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_placed_orders_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT fk_placed_orders_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_placed_orders_side CHECK (side IN ('buy', 'sell')), 
	CONSTRAINT fk_placed_orders_group_id FOREIGN KEY(group_id) REFERENCES account_groups (id) ON DELETE CASCADE, 
	CONSTRAINT ck_placed_orders_scope CHECK (scope_id IS NULL OR group_id IS NULL)
);
CREATE TABLE plan_amounts (
	id TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	account_id TEXT, 
	account_name TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_plan_amounts PRIMARY KEY (id), 
	CONSTRAINT uq_plan_amounts_plan_id_position UNIQUE (plan_id, position), 
	CONSTRAINT fk_plan_amounts_plan_id FOREIGN KEY(plan_id) REFERENCES plans (id) ON DELETE CASCADE, 
	CONSTRAINT fk_plan_amounts_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE SET NULL, 
	CONSTRAINT ck_plan_amounts_position_whole CHECK (typeof(position) = 'integer'), 
	CONSTRAINT ck_plan_amounts_amount_minor_whole CHECK (typeof(amount_minor) = 'integer')
);
CREATE TABLE plan_change_lots (
	id TEXT NOT NULL, 
	change_id TEXT NOT NULL, 
	is_before INTEGER NOT NULL, 
	acquired_on TEXT, 
	quantity TEXT NOT NULL, 
	cost_minor INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_plan_change_lots PRIMARY KEY (id), 
	CONSTRAINT fk_plan_change_lots_change_id FOREIGN KEY(change_id) REFERENCES plan_changes (id) ON DELETE CASCADE, 
	CONSTRAINT ck_plan_change_lots_is_before CHECK (is_before IN (0, 1)), 
	CONSTRAINT ck_plan_change_lots_acquired_on CHECK (length(acquired_on) = 10), 
	CONSTRAINT ck_plan_change_lots_quantity CHECK (quantity NOT LIKE '-%' AND quantity <> '0'), 
	CONSTRAINT ck_plan_change_lots_cost_minor CHECK (cost_minor >= 0), 
	CONSTRAINT ck_plan_change_lots_is_before_whole CHECK (typeof(is_before) = 'integer'), 
	CONSTRAINT ck_plan_change_lots_quantity_decimal CHECK (quantity IS NULL OR (typeof(quantity) = 'text' AND length(quantity) = length(CAST(quantity AS BLOB)) AND quantity NOT GLOB '*[^0-9.]*' AND quantity GLOB '[0-9]*' AND quantity NOT GLOB '0[0-9]*' AND quantity NOT GLOB '*.*.*' AND quantity NOT GLOB '*.' AND (quantity NOT GLOB '*.*' OR quantity NOT GLOB '*0') AND instr(quantity || '.', '.') <= 16 AND length(quantity) - instr(quantity || '.', '.') <= 12)), 
	CONSTRAINT ck_plan_change_lots_cost_minor_whole CHECK (typeof(cost_minor) = 'integer')
);
CREATE TABLE plan_changes (
	id TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	holding_id TEXT NOT NULL, 
	account_id TEXT, 
	asset_id TEXT, 
	account_name TEXT NOT NULL, 
	symbol TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	quantity_before TEXT, 
	quantity_after TEXT, 
	cost_before_minor INTEGER, 
	cost_after_minor INTEGER, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_plan_changes PRIMARY KEY (id), 
	CONSTRAINT uq_plan_changes_plan_id_position UNIQUE (plan_id, position), 
	CONSTRAINT fk_plan_changes_plan_id FOREIGN KEY(plan_id) REFERENCES plans (id) ON DELETE CASCADE, 
	CONSTRAINT fk_plan_changes_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE SET NULL, 
	CONSTRAINT fk_plan_changes_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE SET NULL, 
	CONSTRAINT ck_plan_changes_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	CONSTRAINT ck_plan_changes_quantity_before CHECK (quantity_before NOT LIKE '-%'), 
	CONSTRAINT ck_plan_changes_quantity_after CHECK (quantity_after NOT LIKE '-%'), 
	CONSTRAINT ck_plan_changes_cost_before_minor CHECK (cost_before_minor >= 0), 
	CONSTRAINT ck_plan_changes_cost_after_minor CHECK (cost_after_minor >= 0), 
	CONSTRAINT ck_plan_changes_position_whole CHECK (typeof(position) = 'integer'), 
	CONSTRAINT ck_plan_changes_quantity_before_decimal CHECK (quantity_before IS NULL OR (typeof(quantity_before) = 'text' AND length(quantity_before) = length(CAST(quantity_before AS BLOB)) AND quantity_before NOT GLOB '*[^0-9.]*' AND quantity_before GLOB '[0-9]*' AND quantity_before NOT GLOB '0[0-9]*' AND quantity_before NOT GLOB '*.*.*' AND quantity_before NOT GLOB '*.' AND (quantity_before NOT GLOB '*.*' OR quantity_before NOT GLOB '*0') AND instr(quantity_before || '.', '.') <= 16 AND length(quantity_before) - instr(quantity_before || '.', '.') <= 12)), 
	CONSTRAINT ck_plan_changes_quantity_after_decimal CHECK (quantity_after IS NULL OR (typeof(quantity_after) = 'text' AND length(quantity_after) = length(CAST(quantity_after AS BLOB)) AND quantity_after NOT GLOB '*[^0-9.]*' AND quantity_after GLOB '[0-9]*' AND quantity_after NOT GLOB '0[0-9]*' AND quantity_after NOT GLOB '*.*.*' AND quantity_after NOT GLOB '*.' AND (quantity_after NOT GLOB '*.*' OR quantity_after NOT GLOB '*0') AND instr(quantity_after || '.', '.') <= 16 AND length(quantity_after) - instr(quantity_after || '.', '.') <= 12)), 
	CONSTRAINT ck_plan_changes_cost_before_minor_whole CHECK (typeof(cost_before_minor) IN ('integer', 'null')), 
	CONSTRAINT ck_plan_changes_cost_after_minor_whole CHECK (typeof(cost_after_minor) IN ('integer', 'null'))
);
CREATE TABLE plan_conversions (
	id TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	account_id TEXT, 
	account_name TEXT NOT NULL, 
	source_currency TEXT NOT NULL, 
	to_currency TEXT NOT NULL, 
	source_minor INTEGER NOT NULL, 
	to_minor INTEGER NOT NULL, 
	rate TEXT NOT NULL, 
	fee_minor INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_plan_conversions PRIMARY KEY (id), 
	CONSTRAINT uq_plan_conversions_plan_id_position UNIQUE (plan_id, position), 
	CONSTRAINT fk_plan_conversions_plan_id FOREIGN KEY(plan_id) REFERENCES plans (id) ON DELETE CASCADE, 
	CONSTRAINT fk_plan_conversions_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE SET NULL, 
	CONSTRAINT ck_plan_conversions_source_currency CHECK (length(source_currency) = 3 AND source_currency = upper(source_currency)), 
	CONSTRAINT ck_plan_conversions_to_currency CHECK (length(to_currency) = 3 AND to_currency = upper(to_currency)), 
	CONSTRAINT ck_plan_conversions_pair CHECK (source_currency <> to_currency), 
	CONSTRAINT ck_plan_conversions_source_minor CHECK (source_minor > 0), 
	CONSTRAINT ck_plan_conversions_to_minor CHECK (to_minor >= 0), 
	CONSTRAINT ck_plan_conversions_rate CHECK (rate NOT LIKE '-%' AND rate <> '0'), 
	CONSTRAINT ck_plan_conversions_fee_minor CHECK (fee_minor >= 0), 
	CONSTRAINT ck_plan_conversions_position_whole CHECK (typeof(position) = 'integer'), 
	CONSTRAINT ck_plan_conversions_source_minor_whole CHECK (typeof(source_minor) = 'integer'), 
	CONSTRAINT ck_plan_conversions_to_minor_whole CHECK (typeof(to_minor) = 'integer'), 
	CONSTRAINT ck_plan_conversions_rate_decimal CHECK (rate IS NULL OR (typeof(rate) = 'text' AND length(rate) = length(CAST(rate AS BLOB)) AND rate NOT GLOB '*[^0-9.]*' AND rate GLOB '[0-9]*' AND rate NOT GLOB '0[0-9]*' AND rate NOT GLOB '*.*.*' AND rate NOT GLOB '*.' AND (rate NOT GLOB '*.*' OR rate NOT GLOB '*0') AND instr(rate || '.', '.') <= 16 AND length(rate) - instr(rate || '.', '.') <= 12)), 
	CONSTRAINT ck_plan_conversions_fee_minor_whole CHECK (typeof(fee_minor) = 'integer')
);
CREATE TABLE plan_options (
	strategy_id TEXT NOT NULL, 
	whole_shares INTEGER NOT NULL, 
	use_cash INTEGER NOT NULL, 
	goal TEXT NOT NULL, 
	min_trade_minor INTEGER, 
	gain_limit_minor INTEGER, 
	prefer_homes INTEGER NOT NULL, 
	trades TEXT NOT NULL, 
	gain_cost_bps INTEGER DEFAULT 1000 NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_plan_options PRIMARY KEY (strategy_id), 
	CONSTRAINT fk_plan_options_strategy_id FOREIGN KEY(strategy_id) REFERENCES rebalancing_strategies (id) ON DELETE CASCADE, 
	CONSTRAINT ck_plan_options_whole_shares CHECK (whole_shares IN (0, 1)), 
	CONSTRAINT ck_plan_options_use_cash CHECK (use_cash IN (0, 1)), 
	CONSTRAINT ck_plan_options_min_trade_minor CHECK (min_trade_minor >= 0), 
	CONSTRAINT ck_plan_options_gain_limit_minor CHECK (gain_limit_minor >= 0), 
	CONSTRAINT ck_plan_options_prefer_homes CHECK (prefer_homes IN (0, 1)), 
	CONSTRAINT ck_plan_options_gain_cost_bps CHECK (typeof(gain_cost_bps) = 'integer' AND gain_cost_bps BETWEEN 0 AND 10000), 
	CONSTRAINT ck_plan_options_whole_shares_whole CHECK (typeof(whole_shares) = 'integer'), 
	CONSTRAINT ck_plan_options_use_cash_whole CHECK (typeof(use_cash) = 'integer'), 
	CONSTRAINT ck_plan_options_min_trade_minor_whole CHECK (typeof(min_trade_minor) IN ('integer', 'null')), 
	CONSTRAINT ck_plan_options_gain_limit_minor_whole CHECK (typeof(gain_limit_minor) IN ('integer', 'null')), 
	CONSTRAINT ck_plan_options_prefer_homes_whole CHECK (typeof(prefer_homes) = 'integer'), 
	CONSTRAINT ck_plan_options_gain_cost_bps_whole CHECK (typeof(gain_cost_bps) = 'integer')
);
CREATE TABLE plan_trades (
	id TEXT NOT NULL, 
	plan_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	account_id TEXT, 
	asset_id TEXT, 
	account_name TEXT NOT NULL, 
	symbol TEXT NOT NULL, 
	side TEXT NOT NULL, 
	quantity TEXT NOT NULL, 
	price TEXT NOT NULL, 
	currency TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	fee_minor INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_plan_trades PRIMARY KEY (id), 
	CONSTRAINT uq_plan_trades_plan_id_position UNIQUE (plan_id, position), 
	CONSTRAINT fk_plan_trades_plan_id FOREIGN KEY(plan_id) REFERENCES plans (id) ON DELETE CASCADE, 
	CONSTRAINT fk_plan_trades_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE SET NULL, 
	CONSTRAINT fk_plan_trades_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE SET NULL, 
	CONSTRAINT ck_plan_trades_quantity CHECK (quantity NOT LIKE '-%' AND quantity <> '0'), 
	CONSTRAINT ck_plan_trades_price CHECK (price NOT LIKE '-%' AND price <> '0'), 
	CONSTRAINT ck_plan_trades_currency CHECK (length(currency) = 3 AND currency = upper(currency)), 
	CONSTRAINT ck_plan_trades_amount_minor CHECK (amount_minor >= 0), 
	CONSTRAINT ck_plan_trades_fee_minor CHECK (fee_minor >= 0), 
	CONSTRAINT ck_plan_trades_position_whole CHECK (typeof(position) = 'integer'), 
	CONSTRAINT ck_plan_trades_quantity_decimal CHECK (quantity IS NULL OR (typeof(quantity) = 'text' AND length(quantity) = length(CAST(quantity AS BLOB)) AND quantity NOT GLOB '*[^0-9.]*' AND quantity GLOB '[0-9]*' AND quantity NOT GLOB '0[0-9]*' AND quantity NOT GLOB '*.*.*' AND quantity NOT GLOB '*.' AND (quantity NOT GLOB '*.*' OR quantity NOT GLOB '*0') AND instr(quantity || '.', '.') <= 16 AND length(quantity) - instr(quantity || '.', '.') <= 12)), 
	CONSTRAINT ck_plan_trades_price_decimal CHECK (price IS NULL OR (typeof(price) = 'text' AND length(price) = length(CAST(price AS BLOB)) AND price NOT GLOB '*[^0-9.]*' AND price GLOB '[0-9]*' AND price NOT GLOB '0[0-9]*' AND price NOT GLOB '*.*.*' AND price NOT GLOB '*.' AND (price NOT GLOB '*.*' OR price NOT GLOB '*0') AND instr(price || '.', '.') <= 16 AND length(price) - instr(price || '.', '.') <= 12)), 
	CONSTRAINT ck_plan_trades_amount_minor_whole CHECK (typeof(amount_minor) = 'integer'), 
	CONSTRAINT ck_plan_trades_fee_minor_whole CHECK (typeof(fee_minor) = 'integer')
);
CREATE TABLE plans (
	id TEXT NOT NULL, 
	number INTEGER NOT NULL, 
	recorded_at TEXT NOT NULL, 
	undone_at TEXT, 
	account_id TEXT, 
	scope_name TEXT NOT NULL, 
	strategy_name TEXT NOT NULL, 
	mode TEXT NOT NULL, 
	amount_minor INTEGER NOT NULL, 
	base_currency TEXT NOT NULL, 
	drift_before_bps INTEGER NOT NULL, 
	drift_after_bps INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, group_id TEXT, 
	CONSTRAINT pk_plans PRIMARY KEY (id), 
	CONSTRAINT uq_plans_number UNIQUE (number), 
	CONSTRAINT fk_plans_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE SET NULL, 
	CONSTRAINT ck_plans_scope_name CHECK (length(scope_name) > 0), 
	CONSTRAINT ck_plans_amount_minor CHECK (amount_minor >= 0), 
	CONSTRAINT ck_plans_base_currency CHECK (length(base_currency) = 3 AND base_currency = upper(base_currency)), 
	CONSTRAINT ck_plans_number_whole CHECK (typeof(number) = 'integer'), 
	CONSTRAINT ck_plans_amount_minor_whole CHECK (typeof(amount_minor) = 'integer'), 
	CONSTRAINT ck_plans_drift_before_bps_whole CHECK (typeof(drift_before_bps) = 'integer'), 
	CONSTRAINT ck_plans_drift_after_bps_whole CHECK (typeof(drift_after_bps) = 'integer'), 
	CONSTRAINT fk_plans_group_id FOREIGN KEY(group_id) REFERENCES account_groups (id) ON DELETE SET NULL, 
	CONSTRAINT ck_plans_scope CHECK (account_id IS NULL OR group_id IS NULL)
);
CREATE TABLE prices (
	asset_id TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	price TEXT NOT NULL, 
	source TEXT NOT NULL, 
	CONSTRAINT pk_prices PRIMARY KEY (asset_id, on_date), 
	CONSTRAINT fk_prices_asset_id FOREIGN KEY(asset_id) REFERENCES assets (id) ON DELETE CASCADE, 
	CONSTRAINT ck_prices_on_date CHECK (length(on_date) = 10), 
	CONSTRAINT ck_prices_price CHECK (price NOT LIKE '-%'), 
	CONSTRAINT ck_prices_price_decimal CHECK (price IS NULL OR (typeof(price) = 'text' AND length(price) = length(CAST(price AS BLOB)) AND price NOT GLOB '*[^0-9.]*' AND price GLOB '[0-9]*' AND price NOT GLOB '0[0-9]*' AND price NOT GLOB '*.*.*' AND price NOT GLOB '*.' AND (price NOT GLOB '*.*' OR price NOT GLOB '*0') AND instr(price || '.', '.') <= 16 AND length(price) - instr(price || '.', '.') <= 12))
);
CREATE TABLE reallocation_attempts (
	id TEXT NOT NULL, 
	what TEXT NOT NULL, 
	strategy_id TEXT, 
	fund_id TEXT, 
	outcome TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_reallocation_attempts PRIMARY KEY (id), 
	CONSTRAINT fk_reallocation_attempts_strategy_id FOREIGN KEY(strategy_id) REFERENCES rebalancing_strategies (id) ON DELETE SET NULL, 
	CONSTRAINT fk_reallocation_attempts_fund_id FOREIGN KEY(fund_id) REFERENCES funds (id) ON DELETE SET NULL, 
	CONSTRAINT ck_reallocation_attempts_what CHECK ((what = 'targets' AND fund_id IS NULL) OR (what = 'reserves' AND strategy_id IS NULL)), 
	CONSTRAINT ck_reallocation_attempts_outcome CHECK (outcome IN ('committed', 'conflict', 'stale', 'invalid'))
);
CREATE TABLE reallocation_lines (
	id TEXT NOT NULL, 
	reallocation_id TEXT NOT NULL, 
	position INTEGER NOT NULL, 
	parent_id TEXT NOT NULL, 
	subject_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	from_amount INTEGER, 
	to_amount INTEGER, 
	from_cap INTEGER, 
	to_cap INTEGER, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, from_band INTEGER CONSTRAINT ck_reallocation_lines_from_band CHECK (typeof(from_band) IN ('integer', 'null') AND from_band BETWEEN 1 AND 10000), to_band INTEGER CONSTRAINT ck_reallocation_lines_to_band CHECK (typeof(to_band) IN ('integer', 'null') AND to_band BETWEEN 1 AND 10000), 
	CONSTRAINT pk_reallocation_lines PRIMARY KEY (id), 
	CONSTRAINT uq_reallocation_lines_reallocation_id_parent_id_subject_id UNIQUE (reallocation_id, parent_id, subject_id), 
	CONSTRAINT fk_reallocation_lines_reallocation_id FOREIGN KEY(reallocation_id) REFERENCES reallocations (id) ON DELETE CASCADE, 
	CONSTRAINT ck_reallocation_lines_from_amount CHECK (from_amount >= 0), 
	CONSTRAINT ck_reallocation_lines_to_amount CHECK (to_amount >= 0), 
	CONSTRAINT ck_reallocation_lines_from_cap CHECK (from_cap >= from_amount), 
	CONSTRAINT ck_reallocation_lines_to_cap CHECK (to_cap >= to_amount), 
	CONSTRAINT ck_reallocation_lines_position_whole CHECK (typeof(position) = 'integer'), 
	CONSTRAINT ck_reallocation_lines_from_amount_whole CHECK (typeof(from_amount) IN ('integer', 'null')), 
	CONSTRAINT ck_reallocation_lines_to_amount_whole CHECK (typeof(to_amount) IN ('integer', 'null')), 
	CONSTRAINT ck_reallocation_lines_from_cap_whole CHECK (typeof(from_cap) IN ('integer', 'null')), 
	CONSTRAINT ck_reallocation_lines_to_cap_whole CHECK (typeof(to_cap) IN ('integer', 'null')), 
	CONSTRAINT ck_reallocation_lines_from_band_whole CHECK (typeof(from_band) IN ('integer', 'null')), 
	CONSTRAINT ck_reallocation_lines_to_band_whole CHECK (typeof(to_band) IN ('integer', 'null'))
);
CREATE TABLE reallocations (
	id TEXT NOT NULL, 
	request_id TEXT NOT NULL, 
	request_digest TEXT NOT NULL, 
	what TEXT NOT NULL, 
	strategy_id TEXT, 
	fund_id TEXT, 
	subject_name TEXT NOT NULL, 
	baseline_version INTEGER NOT NULL, 
	new_version INTEGER NOT NULL, 
	source TEXT NOT NULL, 
	reverts_id TEXT, 
	reason TEXT NOT NULL, 
	actor TEXT NOT NULL, 
	accepted TEXT NOT NULL, 
	total_before INTEGER NOT NULL, 
	total_after INTEGER NOT NULL, 
	budget_before INTEGER, 
	budget_after INTEGER, 
	currency TEXT NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_reallocations PRIMARY KEY (id), 
	CONSTRAINT uq_reallocations_request_id UNIQUE (request_id), 
	CONSTRAINT uq_reallocations_strategy_id_new_version UNIQUE (strategy_id, new_version), 
	CONSTRAINT uq_reallocations_fund_id_new_version UNIQUE (fund_id, new_version), 
	CONSTRAINT fk_reallocations_strategy_id FOREIGN KEY(strategy_id) REFERENCES rebalancing_strategies (id) ON DELETE SET NULL, 
	CONSTRAINT fk_reallocations_fund_id FOREIGN KEY(fund_id) REFERENCES funds (id) ON DELETE SET NULL, 
	CONSTRAINT ck_reallocations_what CHECK ((what = 'targets' AND fund_id IS NULL) OR (what = 'reserves' AND strategy_id IS NULL)), 
	CONSTRAINT fk_reallocations_reverts_id FOREIGN KEY(reverts_id) REFERENCES reallocations (id) ON DELETE SET NULL, 
	CONSTRAINT ck_reallocations_subject_name CHECK (length(subject_name) > 0), 
	CONSTRAINT ck_reallocations_baseline_version CHECK (baseline_version >= 0), 
	CONSTRAINT ck_reallocations_new_version CHECK (new_version = baseline_version + 1), 
	CONSTRAINT ck_reallocations_currency CHECK ((what = 'targets') = (currency = '') AND length(currency) IN (0, 3)), 
	CONSTRAINT ck_reallocations_baseline_version_whole CHECK (typeof(baseline_version) = 'integer'), 
	CONSTRAINT ck_reallocations_new_version_whole CHECK (typeof(new_version) = 'integer'), 
	CONSTRAINT ck_reallocations_total_before_whole CHECK (typeof(total_before) = 'integer'), 
	CONSTRAINT ck_reallocations_total_after_whole CHECK (typeof(total_after) = 'integer'), 
	CONSTRAINT ck_reallocations_budget_before_whole CHECK (typeof(budget_before) IN ('integer', 'null')), 
	CONSTRAINT ck_reallocations_budget_after_whole CHECK (typeof(budget_after) IN ('integer', 'null'))
);
CREATE TABLE rebalancing_strategies (
	id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	account_id TEXT, 
	is_active INTEGER NOT NULL, 
	version INTEGER DEFAULT 1 NOT NULL, 
	absolute_band_bps INTEGER DEFAULT 500 NOT NULL, 
	relative_band_bps INTEGER DEFAULT 2500 NOT NULL, 
	fill_method TEXT DEFAULT 'even_fill' NOT NULL, 
	unfillable TEXT DEFAULT 'spread' NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, group_id TEXT, 
	CONSTRAINT pk_rebalancing_strategies PRIMARY KEY (id), 
	CONSTRAINT fk_rebalancing_strategies_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_rebalancing_strategies_name CHECK (length(name) > 0), 
	CONSTRAINT ck_rebalancing_strategies_is_active CHECK (is_active IN (0, 1)), 
	CONSTRAINT ck_rebalancing_strategies_version CHECK (version >= 1), 
	CONSTRAINT ck_rebalancing_strategies_absolute_band_bps CHECK (absolute_band_bps BETWEEN 0 AND 10000), 
	CONSTRAINT ck_rebalancing_strategies_relative_band_bps CHECK (relative_band_bps BETWEEN 0 AND 10000), 
	CONSTRAINT ck_rebalancing_strategies_is_active_whole CHECK (typeof(is_active) = 'integer'), 
	CONSTRAINT ck_rebalancing_strategies_version_whole CHECK (typeof(version) = 'integer'), 
	CONSTRAINT ck_rebalancing_strategies_absolute_band_bps_whole CHECK (typeof(absolute_band_bps) = 'integer'), 
	CONSTRAINT ck_rebalancing_strategies_relative_band_bps_whole CHECK (typeof(relative_band_bps) = 'integer'), 
	CONSTRAINT fk_rebalancing_strategies_group_id FOREIGN KEY(group_id) REFERENCES account_groups (id) ON DELETE CASCADE, 
	CONSTRAINT ck_rebalancing_strategies_scope CHECK (account_id IS NULL OR group_id IS NULL)
);
INSERT INTO "rebalancing_strategies" VALUES('default_all_portfolio','All Portfolio',NULL,1,1,500,2500,'even_fill','spread','2026-01-01T00:00:00.000Z','2026-01-01T00:00:00.000Z',NULL);
CREATE TABLE replayed_rows (
	account_id TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	on_date TEXT NOT NULL, 
	CONSTRAINT pk_replayed_rows PRIMARY KEY (account_id, "key"), 
	CONSTRAINT fk_replayed_rows_account_id FOREIGN KEY(account_id) REFERENCES accounts (id) ON DELETE CASCADE, 
	CONSTRAINT ck_replayed_rows_key CHECK (length(key) > 0), 
	CONSTRAINT ck_replayed_rows_on_date CHECK (length(on_date) = 10)
);
CREATE TABLE settings (
	"key" TEXT NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_settings PRIMARY KEY ("key")
);
CREATE TABLE tax_lots (
	id TEXT NOT NULL, 
	holding_id TEXT NOT NULL, 
	acquired_on TEXT, 
	quantity TEXT NOT NULL, 
	cost_minor INTEGER NOT NULL, 
	created_at TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	CONSTRAINT pk_tax_lots PRIMARY KEY (id), 
	CONSTRAINT fk_tax_lots_holding_id FOREIGN KEY(holding_id) REFERENCES holdings (id) ON DELETE CASCADE, 
	CONSTRAINT ck_tax_lots_acquired_on CHECK (length(acquired_on) = 10), 
	CONSTRAINT ck_tax_lots_quantity CHECK (quantity NOT LIKE '-%' AND quantity <> '0'), 
	CONSTRAINT ck_tax_lots_cost_minor CHECK (cost_minor >= 0), 
	CONSTRAINT ck_tax_lots_quantity_decimal CHECK (quantity IS NULL OR (typeof(quantity) = 'text' AND length(quantity) = length(CAST(quantity AS BLOB)) AND quantity NOT GLOB '*[^0-9.]*' AND quantity GLOB '[0-9]*' AND quantity NOT GLOB '0[0-9]*' AND quantity NOT GLOB '*.*.*' AND quantity NOT GLOB '*.' AND (quantity NOT GLOB '*.*' OR quantity NOT GLOB '*0') AND instr(quantity || '.', '.') <= 16 AND length(quantity) - instr(quantity || '.', '.') <= 12)), 
	CONSTRAINT ck_tax_lots_cost_minor_whole CHECK (typeof(cost_minor) = 'integer')
);
CREATE INDEX ix_asset_exposures_asset_class_id ON asset_exposures (asset_class_id);
CREATE INDEX ix_holdings_asset_id ON holdings (asset_id);
CREATE INDEX ix_rebalancing_strategies_account_id ON rebalancing_strategies (account_id);
CREATE UNIQUE INDEX uq_rebalancing_strategies_active_of_account ON rebalancing_strategies (account_id) WHERE is_active = 1 AND account_id IS NOT NULL;
CREATE INDEX ix_asset_class_targets_asset_class_id ON asset_class_targets (asset_class_id);
CREATE INDEX ix_holding_targets_asset_id ON holding_targets (asset_id);
CREATE INDEX ix_account_assets_asset_id ON account_assets (asset_id);
CREATE INDEX ix_tax_lots_holding_id ON tax_lots (holding_id);
CREATE INDEX ix_plans_account_id ON plans (account_id);
CREATE INDEX ix_plan_amounts_account_id ON plan_amounts (account_id);
CREATE INDEX ix_plan_trades_account_id ON plan_trades (account_id);
CREATE INDEX ix_plan_trades_asset_id ON plan_trades (asset_id);
CREATE INDEX ix_plan_changes_account_id ON plan_changes (account_id);
CREATE INDEX ix_plan_changes_asset_id ON plan_changes (asset_id);
CREATE INDEX ix_plan_change_lots_change_id ON plan_change_lots (change_id);
CREATE INDEX ix_reallocations_reverts_id ON reallocations (reverts_id);
CREATE INDEX ix_reallocation_attempts_strategy_id ON reallocation_attempts (strategy_id);
CREATE INDEX ix_reallocation_attempts_fund_id ON reallocation_attempts (fund_id);
CREATE INDEX ix_account_exceptions_asset_id ON account_exceptions (asset_id);
CREATE INDEX ix_plan_conversions_account_id ON plan_conversions (account_id);
CREATE INDEX ix_placed_orders_scope_id ON placed_orders (scope_id);
CREATE INDEX ix_placed_orders_account_id ON placed_orders (account_id);
CREATE INDEX ix_placed_orders_asset_id ON placed_orders (asset_id);
CREATE INDEX ix_asset_aliases_asset_id ON asset_aliases (asset_id);
CREATE INDEX ix_account_aliases_account_id ON account_aliases (account_id);
CREATE UNIQUE INDEX uq_assets_isin_currency ON assets (isin, currency);
CREATE INDEX ix_holding_history_asset_id ON holding_history (asset_id);
CREATE TRIGGER sums_of_targets AFTER UPDATE OF version ON rebalancing_strategies
WHEN EXISTS (
  SELECT 1 FROM asset_class_targets WHERE strategy_id = NEW.id GROUP BY strategy_id HAVING sum(target_bps) <> 10000
) OR EXISTS (
  SELECT 1 FROM holding_targets JOIN asset_class_targets ON asset_class_targets.id = asset_class_target_id
  WHERE strategy_id = NEW.id GROUP BY asset_class_target_id HAVING sum(target_bps_of_class) <> 10000
)
BEGIN
  SELECT RAISE(ABORT, 'targets do not sum to 100%');
END;
CREATE INDEX ix_deposits_planned_account_id ON deposits_planned (account_id);
CREATE INDEX ix_account_group_members_account_id ON account_group_members (account_id);
CREATE INDEX ix_rebalancing_strategies_group_id ON rebalancing_strategies (group_id);
CREATE INDEX ix_plans_group_id ON plans (group_id);
CREATE INDEX ix_placed_orders_group_id ON placed_orders (group_id);
CREATE INDEX ix_deposits_planned_group_id ON deposits_planned (group_id);
CREATE UNIQUE INDEX uq_rebalancing_strategies_active_of_group ON rebalancing_strategies (group_id) WHERE is_active = 1 AND group_id IS NOT NULL;
CREATE UNIQUE INDEX uq_rebalancing_strategies_active_of_all ON rebalancing_strategies (is_active) WHERE is_active = 1 AND account_id IS NULL AND group_id IS NULL;
PRAGMA application_id = 1464093489;
PRAGMA user_version = 11;
