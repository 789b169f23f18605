"use strict";
(() => {
  const words = document.getElementById("words");
  const left = document.getElementById("left");
  if (!words || !left) return;
  const rows = Array.from(document.querySelectorAll("#found tbody tr"), (row) => [row, row.textContent.toLowerCase()]);
  const boxes = Array.from(document.querySelectorAll("input.level"));
  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
    let count = 0;
    for (const [row, text] of rows) {
      const fits = levels.has(row.dataset.level) && wanted.every((word) => text.includes(word));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    left.textContent = `${count} / ${rows.length}`;
  };
  words.addEventListener("input", show);
  for (const box of boxes) box.addEventListener("change", show);
  words.closest("[hidden]").hidden = false;
  show();
})();
