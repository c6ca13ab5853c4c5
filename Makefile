# Everything gaitloop needs is set up in .venv from this project's own files. Assumed: Python >= 3.11, a Rust toolchain, make and the package registries.
PYTHON ?= python3
VENV := .venv
BIN := $(CURDIR)/$(VENV)/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --quiet
PYTEST := $(PY) -m pytest -q
# By themselves: tests/paced.py says what becomes of those that the machine held up.
PACED := $(PYTEST) --benchmark-disable -m paced tests/unit tests/devices
MATURIN := env -u CONDA_PREFIX VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/maturin
STAMP := $(VENV)/stamp
RUST := $(wildcard Cargo.toml Cargo.lock rust/*/Cargo.toml) $(shell find rust -name '*.rs' -not -path 'rust/fuzz/*' 2>/dev/null)
BENCH := .benchmarks
SECONDS_EACH ?= 60
CLASSES := overground_exo end_effector ankle

export PYO3_PYTHON := $(PY)
export CARGO_TERM_COLOR ?= never
export PIP_NO_INPUT := 1

.PHONY: help demo test check check-rust check-python test-rust test-paced sanitize test-python test-osl docs bench bench-ci bench-realtime soak instructions baseline instructions-baseline accuracy figures proofs fuzz fuzz-ci mutants evidence faults-ci hazards wheel names clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-14s %s\n", $$1, $$2}' Makefile

demo: $(STAMP)-build  ## ten minutes of therapy with a simulated patient: session.mcap and report.html
	$(BIN)/gaitloop demo $(ARGS)

test: check test-paced test-python test-osl  ## everything: check, Rust tests, Python tests, doctests, the commands of the README

check: $(STAMP)-dev $(STAMP)-build  ## the static half of test: formats, lints, types, stubs, layout, docstrings, bench smoke
	@$(MAKE) --no-print-directory -j 2 --output-sync check-rust check-python

check-rust:
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
	@test "$$(cargo tree --locked -p gaitloop-core -e normal --prefix none | wc -l)" -eq 1 || { echo "the core must not depend on anything"; exit 1; }
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

check-python:
	$(PY) -c "import gaitloop._core"
	$(PY) -m mypy.stubtest gaitloop._core
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PYTEST) tests/test_layout.py tests/test_docstrings.py
	$(PYTEST) benches --benchmark-disable

test-rust:  ## cargo test with overflow checks; optimised: ten simulated minutes at every speed, every way through the supervisor
	cargo test --locked --quiet -- --skip production_ --skip every_planted_mistake_is_caught  # those run below, optimised
	cargo test --locked --quiet -p gaitloop-fuzz
	cargo test --locked --quiet --release -p gaitloop-plant --test walk --test session
	cargo test --locked --quiet --release -p gaitloop-core --test supervisor_space --test gates_f32
	@$(MAKE) --no-print-directory sanitize

sanitize:  ## the loop's tick under RealtimeSanitizer, which ends a process that could wait or ask for memory in one
	RUSTC_BOOTSTRAP=1 RUSTFLAGS="-Zsanitizer=realtime --cfg rtsan" CARGO_PROFILE_TEST_OPT_LEVEL=0 CARGO_PROFILE_TEST_DEBUG=0 \
		cargo test --locked --quiet -p gaitloop-realtime --target $$(rustc -vV | sed -n 's/^host: //p') --test sanitizer

# They mostly wait for the clock and go before what asks for less than nothing, so that both take the time of one.
test-paced: $(STAMP)-dev $(STAMP)-build  ## Python tests that keep a rate by the clock, and beside them `make test-rust`; who fails there is tried again alone
	@mkdir -p $(BENCH)
	@nice -n 19 $(MAKE) --no-print-directory test-rust >$(BENCH)/rust.log 2>&1 & rust=$$!; \
	$(PACED); paced=$$?; \
	wait $$rust; rust=$$?; cat $(BENCH)/rust.log; [ $$rust -eq 0 ] || exit $$rust; \
	[ $$paced -ne 1 ] || { echo "again, with nothing beside them:"; $(PACED) --last-failed --last-failed-no-failures none; paced=$$?; }; exit $$paced

test-python: $(STAMP)-dev $(STAMP)-build  ## all other Python tests and doctests, and beside them a minute of `make soak`
	@mkdir -p $(BENCH)
	@$(PY) tests/campaigns/soak.py --seconds 60 >$(BENCH)/soak.log 2>&1 & soak=$$!; \
	$(PYTEST) -n auto --dist loadfile --benchmark-disable --durations=20 -m "not paced" tests; code=$$?; \
	wait $$soak || { cat $(BENCH)/soak.log; exit 1; }; tail -n 1 $(BENCH)/soak.log; exit $$code
	$(PYTEST) --doctest-modules python/gaitloop

test-osl: $(STAMP)-osl $(STAMP)-build  ## actuators and sensors of opensourceleg in its offline mode, which needs an older NumPy
	@if $(PY) -c "import sys; sys.exit(sys.version_info >= (3, 13))"; \
	then cd $(VENV)/osl && PYTHONPATH=$(CURDIR)/python bin/python -m pytest -q -p no:cacheprovider $(CURDIR)/tests/devices/offline_osl.py; \
	else echo "opensourceleg needs NumPy below 2, which has no wheels for this Python: not tried"; fi

bench: $(STAMP)-dev $(STAMP)-peers $(STAMP)-build  ## benches at full length, as a table of ratios
	@mkdir -p $(BENCH)
	$(PYTEST) benches --benchmark-json=$(BENCH)/bench.json --benchmark-columns=median,rounds
	$(PY) benches/compare.py table $(BENCH)/bench.json

bench-ci: $(STAMP)-dev $(STAMP)-peers $(STAMP)-build  ## benches briefly; fails when a ratio halves from benches/baseline.json, or as `make instructions`
	@mkdir -p $(BENCH)
	$(PYTEST) benches --benchmark-json=$(BENCH)/bench-ci.json --benchmark-columns=median,rounds --benchmark-max-time=0.3 --benchmark-min-rounds=5
	$(PY) benches/compare.py check $(BENCH)/bench-ci.json benches/baseline.json

	$(PY) benches/instructions.py check

instructions: $(STAMP)-venv  ## instructions of a tick of guard and supervisor (valgrind); fails when they grow by 5 % or denormals cost double
	$(PY) benches/instructions.py check

instructions-baseline: $(STAMP)-venv  ## write benches/instructions.json after a deliberate change
	$(PY) benches/instructions.py write

bench-realtime: $(STAMP)-dev $(STAMP)-build  ## how late threads wake, beside cyclictest (Debian's rt-tests) and a loop in Python; ARGS="--picture FILE"
	$(PY) benches/realtime.py $(ARGS)

soak: $(STAMP)-dev $(STAMP)-build  ## two hours of the loop beside a busy watcher: memory, page faults, allocations; writes docs/evidence/soak.json
	@mkdir -p docs/evidence
	$(PY) tests/campaigns/soak.py --out docs/evidence/soak.json

baseline: bench  ## write benches/baseline.json from a full run
	$(PY) benches/compare.py baseline $(BENCH)/bench.json benches/baseline.json

accuracy: $(STAMP)-dev $(STAMP)-build  ## scores on recordings and published curves (GAITLOOP_DATA, by default ../shared)
	$(PY) tests/accuracy.py
	$(PYTEST) tests/data

figures: $(STAMP)-dev $(STAMP)-build  ## write docs/evidence/accuracy.json and docs/accuracy.md after a deliberate change
	$(PY) tests/accuracy.py --write

proofs: $(STAMP)-dev $(STAMP)-build  ## prove every lemma anew; tests/proofs/answers.json then spares the tests what took long and is unchanged
	rm -f tests/proofs/answers.json
	GAITLOOP_PROVE=1 $(PYTEST) tests/proofs

fuzz: $(STAMP)-dev $(STAMP)-fuzz $(STAMP)-build  ## look for inputs that break a promise, SECONDS_EACH=60 for each target of the core and of the readers
	@sh rust/fuzz/run.sh $(SECONDS_EACH) & core=$$!; \
	$(PY) tests/fuzz/run.py $(SECONDS_EACH); readers=$$?; wait $$core && exit $$readers

fuzz-ci:  ## the same for ten seconds each
	@$(MAKE) --no-print-directory fuzz SECONDS_EACH=10

mutants: $(STAMP)-tools  ## change the safety room line by line: how many changes its tests notice; survivors are explained in docs/evidence/mutants.md
	@mkdir -p docs/evidence
	PATH="$(CURDIR)/$(VENV)/tools/bin:$$PATH" $(PY) tests/campaigns/mutants.py --out docs/evidence/mutants.json

evidence: $(STAMP)-dev $(STAMP)-build  ## the full campaigns; results go to docs/evidence with the commit they were made on
	@mkdir -p docs/evidence
	$(MAKE) --no-print-directory proofs
	$(PY) tests/campaigns/jerk_limited.py --out docs/evidence/jerk_limited.json
	$(PY) tests/campaigns/trial.py --patients 200 --out docs/evidence/trial.json
	$(PY) tests/campaigns/faults.py --out docs/evidence/faults.json
	for device in $(CLASSES); do $(PY) tests/campaigns/faults.py --device $$device --runs 2000 --pairs 200 --hours 2 --out docs/evidence/faults_$$device.json || exit 1; done
	$(PY) tests/campaigns/parity.py --out docs/evidence/parity.json
	$(PY) tests/campaigns/pauses.py --out docs/evidence/pauses.json
	$(PY) tests/campaigns/resumes.py --out docs/evidence/resumes.json
	$(PY) tests/campaigns/record_kills.py --out docs/evidence/record_kills.json
	$(PY) tests/campaigns/record_size.py --minutes 30 --out docs/evidence/record_size.json
	$(MAKE) --no-print-directory mutants

faults-ci: $(STAMP)-dev $(STAMP)-build  ## a sample of injected faults on each class of devices beside the treadmill
	for device in $(CLASSES); do $(BIN)/gaitloop faults --device $$device --runs 200 --pairs 20 --hours 0.2 --seed 2 || exit 1; done

hazards: $(STAMP)-dev $(STAMP)-build  ## write the table of hazards into SAFETY.md, with the latest results of the campaign
	$(PY) tests/campaigns/hazards.py

wheel: $(STAMP)-venv  ## wheel and sdist in dist/, both tried in empty environments
	rm -rf dist target/sdist  # files of an sdist all have one date, by which cargo takes what it built before for fresh
	$(MATURIN) build --release --locked --out dist
	$(MATURIN) sdist --out dist
	$(PY) .ci/smoke.py dist

docs: $(STAMP)-docs $(STAMP)-build  ## HTML documentation in docs/_build/html
	$(PY) -m sphinx -W --keep-going -q -b html docs docs/_build/html
	@echo "docs/_build/html/index.html"

names: $(STAMP)-build  ## write the list of public names after a deliberate change
	$(PY) tests/test_layout.py

clean:  ## remove everything that was made here
	rm -rf $(VENV) target dist docs/_build $(BENCH) python/gaitloop/_core*.so

$(STAMP)-venv: pyproject.toml
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { echo "gaitloop needs Python >= 3.11; say which: make PYTHON=python3.12"; exit 1; }
	@test -x $(PY) || $(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade "pip>=25.1"
	$(PIP) install $$($(PY) -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['build-system']['requires'])")
	@touch $@

$(STAMP)-dev: $(STAMP)-venv
	$(PIP) install --group dev
	@touch $@

$(STAMP)-fuzz: $(STAMP)-venv
	$(PIP) install --group fuzz
	@touch $@

$(STAMP)-tools: $(STAMP)-venv
	cargo install cargo-mutants --locked --quiet --version 27.1.0 --root $(VENV)/tools
	@touch $@

$(STAMP)-peers: $(STAMP)-venv
	$(PYTHON) -m venv $(VENV)/peers
	$(VENV)/peers/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)/peers/bin/python -m pip install --quiet --group peers
	@touch $@

$(STAMP)-osl: $(STAMP)-venv
	$(PYTHON) -m venv $(VENV)/osl
	$(VENV)/osl/bin/python -m pip install --quiet --upgrade "pip>=25.1"
	$(VENV)/osl/bin/python -m pip install --quiet --group osl
	@touch $@

$(STAMP)-docs: $(STAMP)-venv
	$(PIP) install --group docs
	@touch $@

$(STAMP)-build: $(STAMP)-venv $(RUST)
	$(MATURIN) develop --release --locked --quiet --extras log,report --group none
	@touch $@
