# Two commands: make demo, make test. Each makes its own environment in .venv first; nothing is needed before it.

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# The readers that judge our exports, each in an environment of its own: tests/foreign/README.md.
FOREIGN := $(patsubst tests/foreign/%.txt,.foreign/%/.installed,$(wildcard tests/foreign/*.txt))
# One process a core, each with one thread: the libraries' own threads would fight for the same cores.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest

.PHONY: env demo test check format-check lint types imports pytest test-slow torture foreign format constraints clean

env: $(INSTALLED)  ## .venv with everything in it: what plain make does

demo: $(INSTALLED)  ## the main job on a shipped factory: twin, dataset, policy, report
	$(BIN)/twin demo --out out/demo

test: check pytest  ## the whole check, as continuous integration runs it

check: format-check lint types imports  ## everything but pytest

format-check: $(INSTALLED)
	$(BIN)/ruff format --check .

lint: $(INSTALLED)
	$(BIN)/ruff check .

types: $(INSTALLED)
	$(BIN)/mypy
	$(BIN)/mypy install/_factory_twin_gymnasium.py

imports: $(INSTALLED)
	$(BIN)/lint-imports

pytest: $(INSTALLED) $(FOREIGN)
	$(PYTEST) --numprocesses 2 --dist loadfile

test-slow: $(INSTALLED) $(FOREIGN)  ## what takes too long for every change
	$(PYTEST) -m slow

torture: $(INSTALLED)  ## kill the recorder 500 times, flip a thousand bits
	TWIN_TORTURE=10 $(PYTEST) tests/dataset/test_torture.py

foreign: $(FOREIGN)  ## other people's loaders, to read our exports with

format: $(INSTALLED)  ## write the formatting that check asks for
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

constraints: $(INSTALLED)  ## pin the versions that are installed now; build tags such as +cpu depend on the machine
	$(BIN)/python -m pip freeze --all --exclude-editable --exclude pip | sed 's/+[a-z0-9.]*$$//' > constraints.txt

clean:  ## the environment and the caches; results in out/ stay
	rm -rf $(VENV) .foreign build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# Made anew only when what is installed changes.
$(INSTALLED): pyproject.toml constraints.txt $(wildcard install/*)
	install/make_environment $(VENV)
	touch $@

.foreign/%/.installed: tests/foreign/%.txt tests/foreign/make_environment.py | $(INSTALLED)
	$(BIN)/python tests/foreign/make_environment.py $*

.foreign/%/.installed: tests/foreign/optional/%.txt tests/foreign/make_environment.py | $(INSTALLED)
	$(BIN)/python tests/foreign/make_environment.py $*
