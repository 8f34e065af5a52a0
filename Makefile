# OneGrid (一网). Two commands do everything: `make demo` and `make test`.
# not `python3` where that one is slow and the system has a quicker: deploy/choose_python.py
PYTHON ?= $(shell python3 deploy/choose_python.py || echo python3)
ONEGRID := .venv/bin/onegrid

.PHONY: help demo install setup test check bench prove lock words clean

help:            ## what there is
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo:            ## install what is missing, load the demo street, run everything until Ctrl-C
	@$(PYTHON) deploy/prepare.py run
	@exec $(ONEGRID) up --demo

install:         ## on a server, as root: install what is missing, write the systemd units (docs/operate.md)
	@$(PYTHON) deploy/prepare.py run
	@$(ONEGRID) server install

setup:           ## only install and build
	@$(PYTHON) deploy/prepare.py test

test: setup      ## every test, browser included
	@$(ONEGRID) test $(ARGS)

check: setup     ## format, lint, types, contracts, migrations, templates, front-end types
	@$(ONEGRID) check

bench: setup     ## one report of all: make bench CASES=10000,1000000; one thing: make bench NAME=grid_at
	@$(ONEGRID) bench $(NAME) $(if $(CASES),--cases $(CASES)) $(ARGS)

prove: setup     ## make prove NAME=burst; without NAME all of them; ARGS=--full at the size that is promised
	@$(ONEGRID) prove $(NAME) $(ARGS)

lock:            ## resolve requirements*.in anew into the hashed lists
	@for list in requirements-bootstrap requirements requirements-dev; do \
	  .venv/bin/uv pip compile --universal --generate-hashes --python-version 3.11 --no-header -q \
	    --no-emit-index-url --no-emit-find-links $$list.in -o $$list.txt || exit 1; done

words:           ## collect new words for translation
	@$(ONEGRID) words

clean:           ## remove what was built; the database and files under var/ stay
	rm -rf .venv frontend/node_modules frontend/dist var/stamps
