"""The numbers by which INSEE identifies organisations (SIREN, nine digits) and their places (SIRET, fourteen)."""

from __future__ import annotations

SIREN, SIRET = 9, 14
_POSTE = "356000000"


def right(number: str) -> bool:
    """Whether the digits are a SIREN or a SIRET: their Luhn key is right, or they are of a place of La Poste."""
    if len(number) not in (SIREN, SIRET):
        return False
    if number.startswith(_POSTE) and len(number) == SIRET and sum(map(int, number)) % 5 == 0:
        return True
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0  # noqa: PLR2004 - Luhn
