"""`onegrid prove`: what must hold when things break or too much is asked, shown on a cluster of its own.

    onegrid prove                       all parts, a few minutes each
    onegrid prove kills burst           some of them
    onegrid prove --full                at the size that the promises name
    onegrid prove burst --seconds 30    one size of one part (PROVE_SECONDS)

A part is a module with `run(proof)`. It prints and writes what it counted, and what did not hold, to var/proofs.
"""
