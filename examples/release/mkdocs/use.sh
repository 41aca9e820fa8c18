#!/bin/sh
# Use MkDocs, called as $1: ends with 0 when all is as it is with an installed one. try.sh tells what SERVER and others are.
set -eu
mkdocs=$1

"$mkdocs" --version
"$mkdocs" --quiet new site
cd site
cat >docs/index.md <<'END'
# Welcome

| a | b |
|---|---|
| 1 | 2 |

```
fenced
```
END
# Themes, the search plugin and Markdown's extensions are entry points of distributions.
for theme in mkdocs readthedocs; do
  "$mkdocs" --quiet build --strict --theme "$theme" --site-dir "$theme"
  grep '<td>1</td>' "$theme/index.html"
  grep '<code>fenced' "$theme/index.html"
  grep -o '"title":"Welcome"' "$theme/search/search_index.json" | head -n 1
  test -s "$theme/404.html"
done
ls mkdocs/css readthedocs/css
