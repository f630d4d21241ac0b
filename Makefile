# Every target is one script in bin/, so that what runs here runs anywhere.
.DEFAULT_GOAL := help
ASSAY_HOME ?= var
ASSAY_PORT ?= 8080
export ASSAY_HOME ASSAY_PORT ONLY MATCH

.PHONY: help run up down status test bench chaos mutants fuzz format clean

help: ## print this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up, build in release, start the stack and stay in front (Ctrl-C stops it)
	@bin/stack run

up: ## the same in the background; returns when it is ready
	@bin/stack up

down: ## stop the background stack
	@bin/stack down

status: ## say what runs, and where
	@bin/stack status

test: ## everything, cheapest first (ONLY=web|unit|database|e2e|browser|floors, MATCH=part of a name)
	@bin/test

bench: ## measure beside other programs (ONLY=name, ROUNDS=5, COMPARE=1 against docs/benchmarks.json, RECORD=1 into it)
	@bench/run

chaos: ## kill, pause and restart processes at random, check the history after every round (ROUNDS=20, SEED=)
	@bin/chaos

mutants: ## seed faults one at a time and list those that no test notices (COUNT=40, SEED=1)
	@bin/mutants

fuzz: ## damaged input for every parser (SECONDS_EACH=600, MATCH=part of a name)
	@bin/fuzz

format: ## rewrite the Swift sources in the house style
	@swift format --in-place --recursive --parallel Package.swift Sources Tests

clean: ## remove build output (keeps $(ASSAY_HOME))
	@rm -rf .build .venv .venv-bench .vendor
