"use strict";
for (const table of document.querySelectorAll("table.sort")) {
  const heads = table.querySelectorAll("thead th");
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      const body = table.tBodies[0];
      const key = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const counts = [...body.rows].every((row) => row.cells[column].dataset.value !== undefined);
      const rows = [...body.rows].sort((one, other) =>
        counts ? key(one) - key(other) : key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0);
      body.append(...(up ? rows : rows.reverse()));
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
    });
  });
}
