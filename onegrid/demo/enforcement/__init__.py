"""综合执法业务系统: a small system of somebody else, for the demo and the tests. It knows nothing of OneGrid's code.

It takes tickets, officers act in it on a page of its own, and it calls back until it is answered. It keeps everything
in one SQLite file, so that killing it loses nothing; and it can be told to be slow, down, to say things twice or in
the wrong order.
"""
