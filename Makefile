# What one does here, one line each. Everything sets up what it needs; only python3 is asked for.
.PHONY: demo test check binary bench completions docs sessions lock binary-report binary-verify sanitize tools environment stale-binary

demo: stale-binary             ; @build/demo.sh dist/wherry
test: environment tools stale-binary ; @.venv/bin/python -m pytest -n auto --dist worksteal
check: environment tools       ; @build/check.sh
binary:                        ; @python3 build/freeze.py
bench: environment tools stale-binary ; @python3 build/freeze.py --form file --if-stale && python3 build/freeze.py --form default --if-stale && .venv/bin/python benchmarks/all.py
completions docs: environment  ; @.venv/bin/python build/generate.py
sessions: environment          ; @.venv/bin/python -m pytest tests/sessions --update-sessions
binary-report: stale-binary    ; @python3 build/report.py
binary-verify:                 ; @python3 build/verify.py
sanitize: environment tools stale-binary ; @build/sanitize.sh
lock: environment              ; @build/lock.sh

environment:                   ; @python3 build/environment.py .venv build/dev.lock --editable
tools:                         ; @build/tools.sh && python3 build/npm.py
stale-binary:                  ; @python3 build/freeze.py --if-stale
