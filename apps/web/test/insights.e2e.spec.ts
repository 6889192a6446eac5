// Insights: the chart, the table below it and the file say the same; what is asked for is in the address; and whoever asks changes nothing.
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Account } from '../../../test/end-to-end/account.js';
import { startLimitMs } from '../../../test/end-to-end/running.js';
import { eventually } from '../../../test/support/eventually.js';
import { readParquet } from '../../../test/support/parquet.js';
import { press, see, title } from './actions.js';
import { narrow, newContext, tabIn, type Tab } from './browser.js';
import { withPages } from './pages.js';

const analyst = { as: 'analyst' } as const;
const given = withPages();

/** Two leave, one of them in the end; one of them takes it back; one stays. */
beforeAll(async () => {
  const { running: { client } } = given();
  for (const [reason, plan] of [['too_expensive', 'messaging-monthly'], ['unused', 'calling-monthly'], ['too_expensive', 'calling-monthly'], [null, 'messaging-monthly']] as const) {
    const account = await Account.open(client, { now: '2026-01-10T00:00:00Z' });
    const subscription = await account.subscribe(plan);
    if (reason !== null) await account.cancel(subscription, { code: reason });
    if (reason === 'unused') (await account.resume(subscription)).expect(200);
    await account.advance('2026-02-20T00:00:00Z');
  }
  const told = async (report: string) => (await client.get(`/v1/analytics/${report}`, analyst)).expect<{ data: { requested: number; ended: number; size: number }[] }>(200).data;
  await eventually('the reports know of all of it', async () => {
    const [reasons, cohorts] = [await told('reasons'), await told('cohorts')];
    return reasons.reduce((sum, { ended }) => sum + ended, 0) === 2 && cohorts[0]?.size === 4;
  }, 240_000);
}, startLimitMs);

interface Shown {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const tableOn = (page: Page): Promise<Shown> =>
  page.evaluate<Shown>(`({ columns: [...document.querySelectorAll('main thead th')].map(({ textContent }) => textContent), rows: [...document.querySelectorAll('main tbody tr')].map(({ cells }) => [...cells].map(({ textContent }) => textContent)) })`);

interface Drawn {
  readonly xAxis: { readonly data: readonly string[] };
  readonly series: readonly { readonly type: string; readonly name: string; readonly data: readonly { readonly value: unknown }[] }[];
}

/** What ECharts was given, once it has drawn it. */
async function drawnOn(page: Page): Promise<Drawn> {
  await page.getByRole('main').getByRole('img').locator('canvas').first().waitFor();
  return page.evaluate<Drawn>(`document.querySelector('main [role=img]').drawn`);
}

async function fileOf(page: Page, format: string): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), press(page, format)]);
  return readFile(await download.path());
}

/** Of text without quotes. */
const csvOf = (content: Buffer): Shown => {
  const [columns = [], ...rows] = content.toString('utf8').trim().split(/\r?\n/).map((line) => line.split(','));
  return { columns, rows };
};

/** As the page's table shows a row. */
const shown = (row: object): readonly string[] => Object.values(row).map((value) => (value === null ? '—' : String(value)));

async function enter(role: 'analyst' | 'operator', address: string): Promise<{ tab: Tab; asked: string[] }> {
  const { browser, origin } = given();
  const tab = await tabIn(await newContext(browser, { viewport: { width: 1280, height: 900 } }), origin);
  const asked: string[] = [];
  tab.page.on('request', (request) => { if (new URL(request.url()).pathname.startsWith('/v1/')) asked.push(`${request.method()} ${new URL(request.url()).pathname}`); });
  await tab.page.goto(`${origin}/insights/#${address}`);
  await title(tab.page, 'Why people leave, and who comes back');
  await press(tab.page, `Enter as ${role}`);
  return { tab, asked };
}

describe('Insights', () => {
  it('shows the same numbers in the chart, the table and the file, for what the address says', async () => {
    const { tab, asked } = await enter('analyst', '/');
    const { page } = tab;
    await title(page, 'Churn of subscriptions');
    await page.getByRole('link', { name: 'Cancellations', exact: true }).click();
    await see(page, 'One by one');
    await page.getByRole('link', { name: 'Reasons', exact: true }).click();
    await title(page, 'Reasons');
    await page.getByRole('combobox', { name: 'Steps' }).selectOption('month');
    await page.getByRole('checkbox', { name: 'planKind' }).check();
    await page.getByRole('textbox', { name: /^From/ }).fill('2025-12-01');
    await press(page, 'Show');
    const words = 'from=2025-12-01&interval=month&groupBy=planKind';
    await page.getByRole('columnheader', { name: 'planKind' }).waitFor();
    expect(page.url()).toContain(`#/reasons?${words}`);

    await page.reload();
    await page.getByRole('columnheader', { name: 'planKind' }).waitFor();
    expect(await page.getByRole('checkbox', { name: 'planKind' }).isChecked()).toBe(true);
    const table = await tableOn(page);
    const csv = csvOf(await fileOf(page, 'CSV'));
    expect(csv.columns).toEqual(table.columns);
    expect(csv.rows).toEqual(table.rows.map((row) => row.map((cell) => (cell === '—' ? '' : cell))));
    const cell = (row: readonly string[], column: string): string => row[table.columns.indexOf(column)]!;
    const drawn = await drawnOn(page);
    const inTable = table.rows.map((row) => [`${cell(row, 'reason')} · ${cell(row, 'planKind')}`, Number(cell(row, 'requested'))]);
    expect(inTable.reduce((sum, [, requested]) => sum + Number(requested), 0)).toBe(3);
    expect(drawn.series.map(({ name, data }) => [name, data[0]!.value]).toSorted()).toEqual(inTable.toSorted());
    expect(drawn.xAxis.data).toEqual(['2026-01']);
    expect((await fileOf(page, 'NDJSON')).toString('utf8').trim().split('\n').map((line) => shown(JSON.parse(line) as object))).toEqual(table.rows);
    const parquet = await readParquet(await fileOf(page, 'Parquet'));
    expect(parquet.map((row) => [Object.keys(row), shown(row)])).toEqual(table.rows.map((row) => [table.columns, row]));

    await page.getByText('What the figures mean').click();
    await see(page, 'Confirmed: a cancellation came about.');
    await page.getByText('The SQL that makes them').click();
    await page.locator('pre').filter({ hasText: 'analytics.cancellations' }).waitFor();
    await tab.is('insights-reasons');
    expect(asked.filter((one) => !/^GET \/v1\/(analytics|staff)\b/.test(one))).toEqual(['POST /v1/dev/tokens']);
  });

  it('shows cohorts as a heat map, says where there is nothing or what cannot be asked, and can be read narrow and in Spanish', async () => {
    const { tab } = await enter('operator', '/cohorts?interval=month&onTestClock=true');
    const { page } = tab;
    await title(page, 'Retention of cohorts');
    const [heat] = (await drawnOn(page)).series;
    const table = await tableOn(page);
    expect(heat).toMatchObject({ type: 'heatmap', name: 'remainingShare' });
    expect(heat!.data.map(({ value }) => String((value as number[])[2]))).toEqual(table.rows.map((row) => row[table.columns.indexOf('remainingShare')]));
    expect(heat!.data.length).toBeGreaterThan(1);
    await see(page, '* Not over yet');
    await tab.is('insights-cohorts');

    await page.getByRole('textbox', { name: 'To, exclusive' }).fill('1999-01-01');
    await press(page, 'Show');
    await see(page, 'Nothing in this time');
    await page.getByRole('combobox', { name: 'Zone' }).fill('Mars/Olympus');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'zone' }).waitFor();
    await tab.isRight('insights: refused');

    await page.getByRole('link', { name: 'Churn of customers' }).click();
    await title(page, 'Churn of customers');
    await page.getByRole('alert').filter({ hasText: 'zone' }).waitFor();
    await page.getByRole('combobox', { name: 'Zone' }).fill('');
    await page.getByRole('textbox', { name: 'To, exclusive' }).fill('');
    await press(page, 'Show');
    await page.getByRole('img', { name: 'Churn of customers' }).waitFor();
    await page.setViewportSize(narrow);
    await tab.isRight('insights: narrow');
    await page.getByRole('link', { name: 'Español' }).click();
    await title(page, 'Bajas de clientes');
    await press(page, 'Salir');
    await title(page, 'Por qué se van los clientes y quién vuelve');
  });
});
