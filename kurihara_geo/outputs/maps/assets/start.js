/* Put the parts together, once. */
(function () {
  KG.addControls(KG.map, "group", KG.text("map") + " " + KG.text("map_keys"));
  KG.map.getContainer().setAttribute("tabindex", "-1");
  document.body.dataset.state = KG.state;
  KG.startToolbar();
  KG.startDistricts();
  KG.startLayers();
  KG.startAreaKeys();
  KG.startSignKeys();
  KG.startTheme();
  KG.startPrinting();
  KG.id("legend").open = !KG.isNarrow();
  KG.fillLegend();
  KG.openOverview();
  KG.map.invalidateSize();
  KG.showAll();
  KG.startLabels();
  KG.placeLabels();
  KG.startTable();

  KG.id("legend").addEventListener("toggle", function () {
    if (KG.id("legend").open && KG.isNarrow() && KG.id("panel").dataset.kind !== "overview") { KG.closePanel(); }
  });
  KG.id("skip-to-map").addEventListener("click", function (event) {
    event.preventDefault();
    KG.map.getPane("areas").querySelector("[tabindex='0']").focus();
  });
  KG.id("skip-to-table").addEventListener("click", function (event) {
    event.preventDefault();
    KG.openTable(true);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.defaultPrevented) { return; }
    if (KG.closePrintMenu()) { return; }
    if (document.body.classList.contains("kg-table-open")) { KG.openTable(false); }
    else if (KG.id("panel").dataset.kind !== "overview") { KG.closePanel(); }
  });
  new ResizeObserver(() => { if (!KG.paper) { KG.map.invalidateSize({ pan: false }); } }).observe(KG.id("stage"));
  document.body.dataset.ready = "yes";
})();
