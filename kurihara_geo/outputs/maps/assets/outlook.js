/* Year by year: who is below the floor, with a slider, a button that plays, and low, middle and high. */
(function () {
  const make = KG.make;
  const look = KG.data.outlook;
  const PAUSE_MS = 1400;
  let year = 0;
  let scenario = "middle";
  let timer = null;

  function count(number, at) {
    const counts = look.counts[number];
    return counts ? counts[scenario][at] : null;
  }

  const isBelow = (value) => value !== null && value < look.floor;

  function howMany(at) {
    return KG.shapes.filter((shape, number) => isBelow(count(number, at))).length;
  }

  function draw() {
    KG.shapes.forEach(function (shape, number) {
      if (!look.counts[number]) { return; }
      const value = count(number, year);
      const list = shape.getElement().classList;
      list.toggle("kg-look-unknown", value === null);
      list.toggle("kg-look-below", isBelow(value));
      const fresh = isBelow(value) && !isBelow(count(number, 0));
      list.toggle("kg-look-fresh", fresh);
      if (fresh) { shape.bringToFront(); }
    });
    KG.data.labels.forEach(function (item, number) {
      const value = count(number, year);
      const name = KG.data.things[number].title;
      const figures = value === null ? [] : [KG.text("households_short", { n: KG.number(value) })];
      item.tiers = figures.length ? [[name, ...figures], figures] : [[name]];
      item.className = isBelow(value) ? "kg-label-left" : "";
    });
    KG.placeLabels();
  }

  function figures() {
    const rows = look.years.map(function (name, at) {
      const more = howMany(at) - howMany(0);
      const change = at === 0 || more === 0 ? "" : KG.text(more > 0 ? "new_below" : "fewer_below", { n: KG.number(Math.abs(more)) });
      const row = KG.row(name, KG.number(howMany(at)), change);
      if (at === year) { row.setAttribute("class", "kg-year-shown"); }
      return row;
    });
    KG.id("figures").replaceChildren(make("table", { class: "kg-pair-figures" },
      KG.headRow(KG.text("year"), KG.text("count_below", { floor: look.floor }), ""), make("tbody", {}, ...rows)));
  }

  function firstYear(number) {
    return look.years.findIndex((name, at) => at > 0 && isBelow(count(number, at)));
  }

  function list() {
    const found = KG.shapes.map((shape, number) => number)
      .filter((number) => look.counts[number] && !isBelow(count(number, 0)) && firstYear(number) > 0)
      .sort((a, b) => firstYear(a) - firstYear(b) || count(a, firstYear(a)) - count(b, firstYear(b)));
    KG.fillEntries(KG.text("falls_title", { floor: look.floor, n: KG.number(found.length) }), found.map((number) => ({
      title: KG.data.things[number].title, mark: "fresh", things: [number],
      text: KG.text("falls_at", { year: look.years[firstYear(number)] }) + " · " +
        look.counts[number][scenario].map((value) => (value === null ? "–" : KG.number(value))).join(" → "),
    })));
  }

  KG.showYear = function (at) {
    year = at;
    KG.id("year").value = String(at);
    const words = KG.text("year_shown", { year: look.years[at], floor: look.floor, n: KG.number(howMany(at)) });
    KG.id("year").setAttribute("aria-valuetext", words);
    KG.id("year-name").textContent = look.years[at];
    KG.id("year-count").textContent = KG.text("count_below", { floor: look.floor }) + ": " + KG.number(howMany(at));
    draw();
    figures();
  };

  function stop() {
    window.clearInterval(timer);
    timer = null;
    KG.id("play").textContent = KG.text("play");
  }

  function play() {
    if (timer) { return stop(); }
    KG.id("play").textContent = KG.text("stop");
    KG.showYear(year === look.years.length - 1 ? 0 : year + 1);
    timer = window.setInterval(function () {
      if (year === look.years.length - 1) { stop(); } else { KG.showYear(year + 1); }
    }, PAUSE_MS);
  }

  function chooseScenario(name) {
    scenario = name;
    for (const button of KG.id("scenarios").querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.scenario === name));
    }
    list();
    KG.showYear(year);
  }

  KG.startOutlook = function () {
    const slider = KG.id("year");
    KG.id("years").hidden = false;
    slider.max = String(look.years.length - 1);
    slider.setAttribute("aria-label", KG.text("year"));
    slider.addEventListener("input", function () {
      stop();
      KG.showYear(Number(slider.value));
    });
    KG.id("play").addEventListener("click", play);
    KG.id("ticks").replaceChildren(...look.years.map((name) => make("span", {}, name)));
    if (look.scenarios.length > 1) {
      KG.id("scenarios").setAttribute("aria-label", KG.text("scenario"));
      KG.id("scenarios").replaceChildren(...look.scenarios.map(function (name) {
        const button = KG.choice("", () => chooseScenario(name), KG.text(name));
        button.dataset.scenario = name;
        return button;
      }));
    }
    stop();
    chooseScenario("middle");
  };
})();
