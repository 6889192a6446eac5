// The customer's clock: what time it is for them, a slider along the year, and the jumps that are worth making.
import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { Slider, SliderThumb, SliderTrack } from 'react-aria-components';
import { Button } from '../ui/Button.js';
import { jumpsFrom, useAdvance } from './advance.js';
import styles from './Clock.module.css';
import type { Demo } from './demo.js';
import type { Reading } from './reading.js';
import { stopsOf, Way } from './stops.js';
import { day, milestoneNames, moment, timeOfDay, weekday } from './words.js';

interface Props {
  readonly demo: Demo;
  readonly reading: Reading;
}

export const Clock = ({ demo, reading }: Props) => {
  const { t, i18n } = useLingui();
  const [dragged, setDragged] = useState<number | null>(null);
  const { mutate, isPending, error } = useAdvance(demo);
  const { clock } = reading;
  const now = Date.parse(clock.now);
  const stops = stopsOf(reading);
  const way = new Way(Date.parse(reading.events[0]?.effectiveAt ?? clock.now), stops);
  const { lastMinute, aDay, next, aYear } = jumpsFrom(now, stops);
  const isMoving = isPending || clock.status === 'advancing';
  const isStuck = clock.status === 'advancing' && reading.faults['worker-stopped'].followedSince !== null;

  const isWanted = reading.membership?.standing === 'cancelling' || reading.membership?.standing === 'lapsed';

  const go = (to: number | null): void => {
    setDragged(null);
    if (to !== null && to > now && !isMoving) mutate(to);
  };
  return (
    <>
      <div className={styles['clock']}>
        <p className={styles['now']} role="status">
          <span>
            {weekday(clock.now)}, {timeOfDay(clock.now)}
          </span>
          <strong>{day(clock.now)}</strong>
          <em data-state={isStuck || clock.status === 'failed' ? 'stuck' : isMoving ? 'moving' : 'stands'}>
            {isStuck ? <Trans>waits for the worker</Trans> : isMoving ? <Trans>time passes…</Trans> : clock.status === 'failed' ? clock.lastError : <Trans>The clock stands</Trans>}
          </em>
        </p>
        <div className={styles['jumps']} role="group" aria-label={t`Move the clock`}>
          <Jump label={t`To the last minute`} hint={lastMinute === null ? '—' : moment(lastMinute)} isPending={isMoving} isDisabled={lastMinute === null} onPress={() => { go(lastMinute); }} />
          <Jump label={t`A day`} hint={moment(aDay)} isPending={isMoving} onPress={() => { go(aDay); }} />
          <Jump label={t`To the next consequence`} hint={next ? i18n._(milestoneNames[next.kind]) : '—'} isWanted={isWanted} isPending={isMoving} isDisabled={next === null} onPress={() => { go(next?.at ?? null); }} />
          <Jump label={t`A year`} hint={moment(aYear)} isPending={isMoving} onPress={() => { go(aYear); }} />
        </div>
      </div>
      <Slider
        className={styles['slider']} aria-label={t`Drag the clock to`} minValue={0} maxValue={way.length} step={1} value={dragged ?? way.positionOf(now)}
        onChange={(to) => { setDragged(isMoving ? null : Math.max(to, way.positionOf(now))); }} onChangeEnd={(to) => { go(way.instantAt(to)); }}
      >
        <SliderTrack className={styles['track']}>
          <span className={styles['passed']} style={{ inlineSize: `${(way.positionOf(now) / way.length) * 100}%` }} />
          {way.ends.slice(0, -1).map((end) => (
            <span key={end} className={styles['mark']} data-passed={end <= now} style={{ insetInlineStart: `${(way.positionOf(end) / way.length) * 100}%` }} />
          ))}
          <SliderThumb className={styles['thumb']} data-waits={isMoving}>
            {dragged === null ? null : <output className={styles['aim']}>{moment(Math.max(now, way.instantAt(dragged)))}</output>}
          </SliderThumb>
        </SliderTrack>
      </Slider>
      {error ? <p role="alert" className={styles['error']}>{error.message}</p> : null}
    </>
  );
};

interface JumpProps {
  readonly label: string;
  readonly hint: string;
  /** It waits, and keeps the focus. */
  readonly isPending: boolean;
  readonly isDisabled?: boolean;
  /** What most would press next. */
  readonly isWanted?: boolean;
  readonly onPress: () => void;
}

const Jump = ({ label, hint, isWanted = false, ...button }: JumpProps) => (
  <Button look="plain" data-wanted={isWanted} {...button}>
    <span>{label}</span> <small>{hint}</small>
  </Button>
);
