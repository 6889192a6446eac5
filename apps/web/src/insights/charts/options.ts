// A chart in the words of ECharts. What is not over is pale and starred; patterns tell series apart where colours do not.
import type { BarSeriesOption, HeatmapSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { AriaComponentOption, GridComponentOption, LegendComponentOption, TooltipComponentOption, VisualMapComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import type { Chart, HeatMap } from './chart.js';

export type Option = ComposeOption<BarSeriesOption | HeatmapSeriesOption | LineSeriesOption | AriaComponentOption | GridComponentOption | LegendComponentOption | TooltipComponentOption | VisualMapComponentOption>;

export interface Look {
  readonly ink: string;
  readonly quiet: string;
  readonly rule: string;
  readonly surface: string;
  readonly warm: string;
  readonly series: readonly string[];
  readonly font: string;
  readonly isMoving: boolean;
}

/** More cells than anybody reads. */
const labelsMost = 400;
const pale = 0.45;

const starred = (name: string, isUnfinished: boolean): string => (isUnfinished ? `${name} *` : name);

export function optionOf(chart: Chart | HeatMap, look: Look): Option {
  const common: Option = {
    animation: look.isMoving,
    aria: { enabled: true, label: { enabled: false }, decal: { show: chart.as === 'bars' || chart.as === 'funnel' } },
    color: [...look.series],
    textStyle: { color: look.ink, fontFamily: look.font },
    // A tooltip of elements would have styles that the policy of the page refuses.
    tooltip: { renderMode: 'richText', confine: true, trigger: chart.as === 'heat' ? 'item' : 'axis', backgroundColor: look.surface, borderColor: look.rule, textStyle: { color: look.ink } },
  };
  return { ...common, ...(chart.as === 'heat' ? heat(chart, look) : stepped(chart, look)) };
}

const axis = (look: Look) => ({ axisLine: { lineStyle: { color: look.quiet } }, axisLabel: { color: look.quiet, hideOverlap: true }, splitLine: { lineStyle: { color: look.rule } } });

function stepped({ as, steps, series, isStacked }: Chart, look: Look): Option {
  const names = { type: 'category' as const, data: steps.map(({ name, isUnfinished }) => starred(name, isUnfinished)), ...axis(look) };
  // Of what is counted there is no half.
  const areWhole = series.every(({ values }) => values.every((value) => Number.isInteger(value ?? 0)));
  const figures = { type: 'value' as const, ...(areWhole && { minInterval: 1 }), ...axis(look) };
  const isFunnel = as === 'funnel';
  return {
    grid: { left: 8, right: 16, top: series.length > 1 ? 40 : 16, bottom: 8, containLabel: true },
    ...(series.length > 1 && { legend: { type: 'scroll', top: 0, textStyle: { color: look.ink }, pageIconColor: look.ink, pageTextStyle: { color: look.ink } } }),
    // The first figure of a funnel stands above the others.
    xAxis: isFunnel ? figures : names,
    yAxis: isFunnel ? { ...names, inverse: true } : figures,
    series: series.map(({ name, values }, index): BarSeriesOption | LineSeriesOption => {
      const data = values.map((value, place) => ({ value: value ?? '-', ...(steps[place]!.isUnfinished && { itemStyle: { opacity: pale } }) }));
      if (as !== 'lines') return { type: 'bar', name, data, barMaxWidth: 72, ...(isStacked && { stack: 'all' }) };
      return { type: 'line', name, data, symbolSize: 7, lineStyle: { width: 2, ...(index >= look.series.length && { type: 'dashed' }) } };
    }),
  };
}

function heat({ across, down, cells, name }: HeatMap, look: Look): Option {
  const values = cells.map(({ value }) => value);
  const isShare = values.every((value) => value >= 0 && value <= 1);
  return {
    grid: { left: 8, right: 8, top: 8, bottom: 56, containLabel: true },
    xAxis: { type: 'category', data: [...across], ...axis(look) },
    yAxis: { type: 'category', data: [...down], inverse: true, ...axis(look) },
    visualMap: {
      type: 'continuous', min: isShare ? 0 : values.reduce((least, value) => Math.min(least, value), 0), max: isShare ? 1 : values.reduce((most, value) => Math.max(most, value), 1), orient: 'horizontal', left: 'center', bottom: 0,
      inRange: { color: [look.surface, look.warm] }, textStyle: { color: look.quiet },
    },
    series: [
      {
        type: 'heatmap', name,
        data: cells.map((cell) => ({ value: [cell.across, cell.down, cell.value], ...(cell.isUnfinished && { itemStyle: { borderColor: look.quiet, borderType: 'dashed' } }) })),
        label: { show: cells.length <= labelsMost, color: look.ink, formatter: ({ dataIndex }) => starred(shortly(cells[dataIndex]!.value, isShare), cells[dataIndex]!.isUnfinished) },
        itemStyle: { borderColor: look.rule, borderWidth: 1 },
      },
    ],
  };
}

const shortly = (value: number, isShare: boolean): string => (isShare ? `${Math.round(value * 100)} %` : String(value));
