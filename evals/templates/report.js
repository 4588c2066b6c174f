// The filter of the questions. Without a script the table is whole and the controls stay hidden.
const controls = document.getElementById("controls");
if (controls) {
  const failures = document.getElementById("only-failures");
  const type = document.getElementById("type");
  const words = document.getElementById("words");
  const shown = document.getElementById("shown");
  const rows = [...document.querySelectorAll("#questions tbody")];
  const texts = new Map();
  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };
  const filter = () => {
    const sought = words.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits =
        (!failures.checked || "failure" in row.dataset) &&
        (type.selectedIndex === 0 || row.dataset.type === type.value) &&
        (!sought || textOf(row).includes(sought));
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = `${count} of ${rows.length} shown`;
  };
  controls.addEventListener("input", filter);
  controls.hidden = false;
  filter();
}
