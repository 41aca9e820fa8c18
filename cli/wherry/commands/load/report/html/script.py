"""What the page of a run does besides being read: it tells what the numbers are at a place in a chart."""

from __future__ import annotations

from typing import Final

SCRIPT: Final = r"""
(() => {
  "use strict";
  const svgNamespace = "http://www.w3.org/2000/svg";
  const tables = new Map();

  const tableOf = (name) => {
    if (!tables.has(name)) {
      const table = document.getElementById(name);
      tables.set(name, {
        heads: [...table.querySelectorAll("thead th")].map((cell) => cell.textContent),
        rows: [...table.querySelectorAll("tbody tr")],
        places: [...table.querySelectorAll("tbody tr")].map((row) => Number(row.dataset.x)),
        plots: [],
        at: -1,
      });
    }
    return tables.get(name);
  };

  const nearest = (places, x) => {
    let found = 0;
    places.forEach((place, index) => {
      if (Math.abs(place - x) < Math.abs(places[found] - x)) found = index;
    });
    return found;
  };

  // All charts of one table show the same place.
  const show = (table, index) => {
    if (table.at === index) return;
    table.at = index;
    for (const {cursor, output, columns} of table.plots) {
      cursor.setAttribute("visibility", index < 0 ? "hidden" : "visible");
      if (index < 0) {
        output.textContent = "";
        continue;
      }
      const cells = table.rows[index].cells;
      const percent = `${table.places[index] * 100}%`;
      cursor.setAttribute("x1", percent);
      cursor.setAttribute("x2", percent);
      const told = columns.map((column) => `${table.heads[column]} ${cells[column].textContent}`);
      output.textContent = `${cells[0].textContent}: ${told.join(", ")}`;
    }
  };

  for (const plot of document.querySelectorAll(".plot")) {
    const table = tableOf(plot.dataset.table);
    const svg = plot.firstElementChild;
    const cursor = document.createElementNS(svgNamespace, "line");
    cursor.setAttribute("y1", "0");
    cursor.setAttribute("y2", "100%");
    cursor.setAttribute("visibility", "hidden");
    svg.append(cursor);
    const output = document.createElement("output");
    plot.append(output);
    table.plots.push({cursor, output, columns: plot.dataset.columns.split(" ").map(Number)});

    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", "Chart; the arrow keys tell its numbers");
    plot.addEventListener("pointermove", (event) => {
      const {left, width} = svg.getBoundingClientRect();
      show(table, nearest(table.places, (event.clientX - left) / width));
    });
    plot.addEventListener("pointerleave", () => show(table, -1));
    plot.addEventListener("blur", () => show(table, -1));
    plot.addEventListener("keydown", (event) => {
      const last = table.rows.length - 1;
      const next = {
        ArrowLeft: Math.max(table.at - 1, 0),
        ArrowRight: Math.min(table.at + 1, last),
        Home: 0,
        End: last,
        Escape: -1,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      show(table, next);
    });
  }
  addEventListener("beforeprint", () => {
    document.querySelectorAll("dd details").forEach((details) => { details.open = true; });
  });
})();
"""
