"""A measured figure beside its bar, as every benchmark prints it."""


def tell(what: str, measured: float, bar: float, unit: str = "ms") -> None:
    """One line; a missed bar is said and fails nothing, because machines are noisy."""
    print(f"{what:<64} {measured:8.2f} {unit:<4} bar {bar:6.1f} {unit:<4} {'ok' if measured <= bar else 'MISSED'}")
