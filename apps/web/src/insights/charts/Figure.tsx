// Draws a chart on a canvas, in the colours of the page; the table below it is what it says in words.
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { init, use as needs, type ECharts } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { useEffect, useRef, type ReactNode } from 'react';
import type { Chart, HeatMap } from './chart.js';
import { optionOf, type Look, type Option } from './options.js';
import styles from '../Insights.module.css';

needs([BarChart, LineChart, HeatmapChart, AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

interface Props {
  readonly chart: Chart | HeatMap;
  readonly name: string;
  /** The id of the table that says the same. */
  readonly table: string;
  /** Below it. */
  readonly children: ReactNode;
}

/** Whoever looks at the element finds there what was drawn. */
type Drawn = HTMLDivElement & { drawn?: Option };

const rowPx = 26;
const usualPx = 340;

export function Figure({ chart, name, table, children }: Props) {
  const place = useRef<Drawn>(null);
  const height = chart.as === 'heat' ? Math.max(usualPx / 2, chart.down.length * rowPx + 110) : usualPx;
  useEffect(() => {
    const element = place.current!;
    const drawing: ECharts = init(element);
    const draw = (): void => {
      element.drawn = optionOf(chart, lookOf(element));
      drawing.setOption(element.drawn, { notMerge: true });
    };
    draw();
    const resized = new ResizeObserver(() => { drawing.resize(); });
    resized.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', draw);
    return () => {
      dark.removeEventListener('change', draw);
      resized.disconnect();
      drawing.dispose();
    };
  }, [chart]);
  return (
    <figure className={styles['figure']}>
      <div ref={place} role="img" aria-label={name} aria-details={table} className={styles['chart']} style={{ height }} />
      <figcaption>{children}</figcaption>
    </figure>
  );
}

const seriesColours = 6;

/** As the page has them now: a canvas cannot follow variables. */
function lookOf(element: HTMLElement): Look {
  const colour = (variable: string): string => {
    element.style.color = `var(--${variable})`;
    return getComputedStyle(element).color;
  };
  const look = {
    ink: colour('ink'), quiet: colour('quiet'), rule: colour('rule'), surface: colour('surface'), warm: colour('warm'),
    series: Array.from({ length: seriesColours }, (_, index) => colour(`chart-${index + 1}`)),
    font: getComputedStyle(element).fontFamily,
    isMoving: !matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
  element.style.color = '';
  return look;
}
