"""How near two words are: letters to change, add, leave out, or exchange with the next (optimal string alignment)."""

from __future__ import annotations

_SHORT, _LONG = 4, 9  # letters: below, a word has no slip; from there on it may have two


def reach(word: str) -> int:
    """How many slips a word may have."""
    if len(word) < _SHORT or word.isdigit():
        return 0
    return 1 if len(word) < _LONG else 2


def distance(one: str, other: str, most: int) -> int:
    """The slips between two words; `most` + 1 for more than that."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        last, before, row = before, row, [i]
        for j, facing in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != facing))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == facing:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:  # a letter exchanged reaches over a row
            return most + 1
    return min(row[-1], most + 1)
