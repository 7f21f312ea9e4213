/* Put the parts together, once. */
(function () {
  L.control.zoom({ position: "topleft", zoomInTitle: KG.text("zoom_in"), zoomOutTitle: KG.text("zoom_out") }).addTo(KG.map);
  L.control.scale({ position: "bottomright", imperial: false, maxWidth: 120 }).addTo(KG.map);
  KG.map.getContainer().setAttribute("aria-label", KG.text("map"));
  document.body.dataset.state = KG.state;
  KG.startToolbar();
  KG.startLayers();
  KG.id("legend").open = !KG.isNarrow();
  KG.fillLegend();
  KG.openOverview();
  KG.map.invalidateSize();
  KG.showAll();
  KG.startLabels();
  KG.placeLabels();

  KG.id("legend").addEventListener("toggle", function () {
    if (KG.id("legend").open && KG.isNarrow() && KG.id("panel").dataset.kind !== "overview") { KG.closePanel(); }
  });
  KG.id("skip").addEventListener("click", function (event) {
    event.preventDefault();
    KG.id("panel").focus();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && KG.id("panel").dataset.kind !== "overview") { KG.closePanel(); }
  });
  new ResizeObserver(() => KG.map.invalidateSize({ pan: false })).observe(KG.id("stage"));
  document.body.dataset.ready = "yes";
})();
