# SPDX-License-Identifier: Apache-2.0

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# What `make run` is built as; debug compiles faster.
CONFIGURATION ?= release
# With Swift's libraries in it, a program starts sooner and runs where they are not. macOS has them itself.
LINKED := $(if $(filter Linux,$(shell uname)),--static-swift-stdlib)
SWIFT_SOURCES := Package.swift Sources Tests
VENV := $(CURDIR)/.build/venv

# What tests have for debuggers: dwarf, or none, which builds in two thirds of the time. Builds of both kinds in turn build
# everything again.
DEBUG_INFO ?= dwarf
# A Python that has the packages of scripts/requirements.txt; one is made unless the caller names theirs.
ifdef CONTRAST_REGO_PYTHON
venv := dependencies
else
CONTRAST_REGO_PYTHON := $(VENV)/bin/python
venv := venv
endif
export CONTRAST_REGO_PYTHON

# How long `make test` fuzzes each parser, and how many inputs `make fuzz` gives it.
FUZZ_SECONDS ?= 60
FUZZ_RUNS ?= 10000000
FUZZ_TARGETS ?= yaml mesh json manifest lock initdata policy regex firmware kernel eventlog tdxquote tdxcollateral \
	pckextension snpreport certificate encodings layer image auth pem keptanswer httpfields clienthello serverflight luks2 \
	coordinator statement resolution

.PHONY: help run test test-long test-optimized format lint fuzz code-pages docs protos images bench clean \
	dependencies test-dependencies venv build-tests build-fuzz build-programs check-examples

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "%-16s %s\n", $$1, $$2 }' Makefile

run: build-programs ## build, compile an example, take it the whole way on a simulated platform
	! grep -qa SimulatedPlatform "$$(swift build --configuration $(CONFIGURATION) $(LINKED) --show-bin-path)/contrast"
	scripts/run-example.sh "$$(swift build --configuration $(CONFIGURATION) $(LINKED) --show-bin-path)/contrast"
	scripts/run-deployment.sh "$$(swift build --configuration $(CONFIGURATION) $(LINKED) --show-bin-path)"

# Simulation adds the program simulated-platform and changes no other.
build-programs: dependencies
	for product in contrast coordinator initializer simulated-platform; do \
		CONTRAST_SIMULATION=1 swift build --configuration $(CONFIGURATION) $(LINKED) --product "$$product"; \
	done

test: lint build-tests build-fuzz docs $(venv) check-examples ## lint, build and run all tests; installs what they need
	swift test --skip-build --skip TransportTests
	# These have time limits, and other tests take all processors for minutes.
	swift test --skip-build --filter TransportTests
	# One seed, so that a change is not blamed for what chance finds; `make fuzz` draws a new one each time.
	scripts/fuzz.sh "-seed=1 -max_total_time=$(FUZZ_SECONDS)" $(FUZZ_TARGETS)

# Tests that take a sample of their cases take all of them where this is set.
test-long: export CONTRAST_LONG_TESTS = 1
test-long: test ## the same, with all cases where `test` takes a sample

# Releases are optimized, and what `test` builds is not.
OPTIMIZED := --configuration release -Xswiftc -enable-testing --scratch-path .build/optimized

test-optimized: test-dependencies $(venv) ## run all tests optimized, as releases are
	CONTRAST_SIMULATION=1 swift build --build-tests $(OPTIMIZED)
	swift test --skip-build --skip TransportTests $(OPTIMIZED)
	swift test --skip-build --filter TransportTests $(OPTIMIZED)

build-tests: test-dependencies
	CONTRAST_SIMULATION=1 swift build --build-tests --explicit-target-dependency-import-check error \
		-debug-info-format $(DEBUG_INFO)

check-examples: $(venv) ## validate the examples
	scripts/check-examples.sh

format: ## format the sources in place
	swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

lint: dependencies ## check the format of the sources
	swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

fuzz: build-fuzz ## give each parser of FUZZ_TARGETS FUZZ_RUNS inputs, starting from the kept corpus
	scripts/fuzz.sh -runs=$(FUZZ_RUNS) $(FUZZ_TARGETS)

build-fuzz: dependencies
	CONTRAST_FUZZ=1 swift build --product Fuzz --configuration release --scratch-path .build/fuzz \
		-Xswiftc -sanitize=fuzzer

code-pages: ## make what `contrast explain-code` prints out of docs/codes
	scripts/make-code-pages.sh

docs: build-tests ## make the reference of the modules into .build/docs, with DocC
	scripts/make-docs.sh .build/debug .build/docs

protos: ## generate the messages of the Coordinator's services; needs protoc
	scripts/make-protos.sh

images: dependencies ## make container images of coordinator and initializer
	scripts/make-images.py

bench: dependencies ## run the benchmarks, beside a baseline in C
	Benchmarks/run.py

clean: ## remove all that was built
	rm -rf .build Benchmarks/.build

dependencies:
	@scripts/install-dependencies.sh

test-dependencies:
	@scripts/install-dependencies.sh --tests

venv: dependencies
	@scripts/make-venv.sh "$(VENV)"
