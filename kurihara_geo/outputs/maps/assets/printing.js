/* Paper: the map fills the first page in millimetres, the table follows; afterwards everything is as it was. */
(function () {
  const SIZES = { A3: [420, 297], A4: [297, 210] };
  const EDGE = 8;
  let size = "A3";
  const rule = document.head.appendChild(KG.make("style", {}));
  let kept = null;

  KG.paper = false;

  function setPage(name) {
    size = name;
    const [wide, high] = SIZES[name];
    rule.textContent = "@page { size: " + wide + "mm " + high + "mm; margin: " + EDGE + "mm; }";
    const style = document.documentElement.style;
    style.setProperty("--page-wide", wide - 2 * EDGE + "mm");
    style.setProperty("--page-high", high - 2 * EDGE - 1 + "mm");
    document.body.dataset.paper = name;
  }

  /* What the heading and the notes leave of the page is the map's. */
  function refit() {
    const style = document.documentElement.style;
    const rest = document.querySelector(".kg-top").offsetHeight + document.querySelector(".kg-foot").offsetHeight;
    style.setProperty("--map-high", "calc(var(--page-high) - " + (rest + 2) + "px)");
    KG.map.invalidateSize({ animate: false, pan: false });
    KG.fitDistrict();
    KG.markFar();
    KG.placeLabels();
  }

  function nameLegend(key) {
    KG.id("legend").querySelector("summary").textContent = KG.text(key);
  }

  function prepare() {
    if (kept) { return; }
    kept = { restore: KG.forPaper(), centre: KG.map.getCenter(), zoom: KG.map.getZoom(), whole: KG.wholeZoom, legend: KG.id("legend").open };
    KG.hideName();
    KG.paper = true;
    document.body.classList.add("kg-paper");
    KG.id("legend").open = true;
    nameLegend("legend_paper");
    KG.fillLegend();
    KG.fillSummary();
    KG.fillTable();
    refit();
  }

  function restore() {
    if (!kept) { return; }
    const before = kept;
    kept = null;
    KG.paper = false;
    document.body.classList.remove("kg-paper");
    before.restore();
    KG.id("legend").open = before.legend;
    nameLegend("legend");
    KG.fillLegend();
    KG.fillSummary();
    KG.fillTable();
    KG.map.invalidateSize({ animate: false, pan: false });
    KG.wholeZoom = before.whole;
    KG.map.setView(before.centre, before.zoom, { animate: false });
    KG.markFar();
    KG.placeLabels();
  }

  function openMenu(open) {
    KG.id("print-menu").hidden = !open;
    KG.id("print").setAttribute("aria-expanded", String(open));
  }

  KG.closePrintMenu = function () {
    const open = !KG.id("print-menu").hidden;
    openMenu(false);
    if (open) { KG.id("print").focus(); }
    return open;
  };

  KG.startPrinting = function () {
    setPage(size);
    KG.id("print").addEventListener("click", () => openMenu(KG.id("print-menu").hidden));
    for (const name of Object.keys(SIZES)) {
      KG.id("print-" + name.toLowerCase()).addEventListener("click", function () {
        openMenu(false);
        setPage(name);
        window.print();
      });
    }
    document.addEventListener("click", function (event) {
      if (!event.target.closest(".kg-print")) { openMenu(false); }
    });
    window.addEventListener("beforeprint", prepare);
    window.addEventListener("afterprint", restore);
  };
})();
