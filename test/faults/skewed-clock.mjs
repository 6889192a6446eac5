// For `node --import`: the clock of the process goes wrong by SKEWED_CLOCK_MS, as that of a machine whose time was set by hand. What counts from its start (`performance.now()`, timers) does not.
const skewMs = Number(process.env.SKEWED_CLOCK_MS);
const Real = Date;
const now = () => Real.now() + skewMs;

globalThis.Date = class Date extends Real {
  constructor(...given) {
    if (given.length === 0) super(now());
    else super(...given);
  }

  static now() {
    return now();
  }
};
