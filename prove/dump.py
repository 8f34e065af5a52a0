"""A dump of the ground's database, read through: no phone and no name that a sealed field holds stands in it."""

from prove.proof import Proof
from tests.security.dumped import dumped, numbers_and_names, sealed_values, shown, staff_names, staff_numbers


def run(proof: Proof) -> None:
    numbers, names = numbers_and_names(sealed_values())
    numbers, names = numbers - staff_numbers(), names - staff_names()
    proof.figure("sealed numbers looked for", len(numbers))
    proof.figure("names of people looked for", len(names))
    found = shown(dumped(), numbers, names)
    for table, count in found.most_common():
        proof.none(f"lines of {table} that hold one in the clear", count)
    proof.holds("there is something to look for", len(numbers) > 0)
    proof.holds("no sealed phone and no name stands in a dump", not found)
