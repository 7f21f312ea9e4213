/* Put the comparison together: district, legend, choice, printing. */
(function () {
  const data = KG.data;

  KG.choose = function (item, go) {
    KG.highlight(item && item.members);
    KG.markEntry(item);
    KG.fillDetail(null);
    if (!item) { return; }
    KG.say(KG.text("chosen", { number: item.number }));
    if (go) {
      KG.goTo(KG.boundsOf(item.members));
      if (KG.isNarrow()) { KG.id("pair").scrollIntoView(); }
    }
  };

  KG.openPlace = function (place) {
    const item = data.differences.find((one) => one.members.includes(place));
    KG.choose(item || null);
    if (!item) { KG.highlight([place]); }
    KG.fillDetail(place);
  };

  function refresh() {
    KG.fade();
    KG.fillFigures();
    KG.fillList();
    if (KG.id("all").open) { KG.fillTable(); }
    KG.placeLabels();
  }

  KG.showScope = function () {
    if (KG.district === null) { KG.goTo(KG.boundsOf(KG.places)); } else { KG.goTo(data.districts[KG.district].bounds, 18); }
  };

  KG.chooseDistrict = function (number) {
    KG.district = number;
    KG.id("district").value = number === null ? "" : String(number);
    KG.choose(null);
    refresh();
    KG.showScope();
  };

  function fillLegend() {
    const plans = data.mode === "plans";
    const below = data.sides.some((side) => side.groups.some((group) => group.status === "small" || group.status === "below_floor"));
    const rows = [
      ["merged-two", "legend_merged", true], ["unchanged", "legend_unchanged", true], ["below", "legend_below", below],
      ["uninhabited", "legend_uninhabited", data.uninhabited.length], ["new", "legend_new", true], ["old", "legend_old", true],
      ["difference", "legend_difference", plans && data.differences.length], ["alike", "legend_same", plans && data.differences.length],
    ];
    KG.id("signs").replaceChildren(...rows.filter((row) => row[2]).map(([mark, key]) => KG.legendRow(mark, KG.text(key))));
    const key = KG.councilKey("kg-council-key", false);
    const toggles = ["differences", "labels", "districts", "councils", "halls", "barriers"]
      .filter((name) => name === "labels" || KG.hasLayer(name))
      .map((name) => KG.legendToggle(name, name === "differences" ? "difference" : name, KG.isShown(name), function (on) {
        KG.showLayer(name, on);
        if (name === "councils") { key.hidden = !on; }
      }));
    KG.id("toggles").replaceChildren(...toggles, key);
  }

  function resize() {
    KG.maps.forEach((map) => map.invalidateSize({ pan: false }));
  }

  /* On paper the maps have the size of the sheet, and show what they showed. */
  function startPrinting() {
    const foot = KG.id("foot");
    let before = null;
    let restore = null;
    window.addEventListener("beforeprint", function () {
      if (restore) { return; }
      before = KG.maps[0].getBounds();
      restore = KG.forPaper();
      document.documentElement.classList.add("kg-printing");
      KG.id("both").append(foot);
      resize();
      KG.showScope();
      KG.placeLabels();
    });
    window.addEventListener("afterprint", function () {
      if (!restore) { return; }
      restore();
      restore = null;
      document.documentElement.classList.remove("kg-printing");
      document.body.insertBefore(foot, KG.id("main").nextSibling);
      resize();
      KG.maps[0].fitBounds(before, { animate: false });
      KG.placeLabels();
    });
    KG.id("print").addEventListener("click", () => window.print());
  }

  KG.fillTexts();
  KG.startSides();
  KG.startLabels();
  fillLegend();
  KG.fillDistricts(function (number) {
    KG.chooseDistrict(number);
    KG.say(KG.text("shown_district", { name: KG.id("district").selectedOptions[0].textContent }));
  });
  startPrinting();
  KG.startTheme();
  KG.id("legend").open = !KG.isNarrow();
  KG.id("all").addEventListener("toggle", KG.fillTable);
  KG.id("skip").addEventListener("click", function (event) {
    event.preventDefault();
    KG.id("list").focus();
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") { KG.choose(null); } });
  resize();
  KG.chooseDistrict(data.start_district);
  new ResizeObserver(resize).observe(KG.id("pair"));
  document.body.dataset.ready = "yes";
})();
