// What of a report is asked for; the answer is the address that says so.
import { Trans, useLingui } from '@lingui/react/macro';
import type { SubmitEvent } from 'react';
import { go } from '../ui/address.js';
import { Button } from '../ui/Button.js';
import { addressOf, groupsOf, type Asked, type Field } from './asked.js';
import type { Definition } from './reading.js';
import desk from '../staff/Staff.module.css';
import styles from './Insights.module.css';

interface Props {
  readonly report: Definition;
  readonly asked: Asked;
}

const instantOrDay = '2026-01-31';
const instant = '2026-01-31T09:00:00Z';

export function Filters({ report, asked }: Props) {
  const { t } = useLingui();
  const intervals: Readonly<Record<string, string>> = { day: t`Day`, week: t`Week`, month: t`Month`, quarter: t`Quarter`, year: t`Year` };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const said = new URLSearchParams([...new FormData(event.currentTarget)].filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
    const one = (name: Field): string => (said.get(name) ?? '').trim();
    go(addressOf(report.name, {
      from: one('from'), to: one('to'), interval: one('interval'), zone: one('zone'), groupBy: said.getAll('groupBy').join(','), onTestClock: one('onTestClock'), asOf: one('asOf'), knownAt: one('knownAt'),
    }));
  };
  const text = (name: Field, label: string, placeholder: string, list?: string) => (
    <label>
      {label}
      <input name={name} defaultValue={asked[name] ?? ''} placeholder={placeholder} autoComplete="off" {...(list !== undefined && { list })} />
    </label>
  );
  return (
    <form className={styles['filters']} onSubmit={submit} aria-label={t`What is asked for`}>
      <div className={desk['filters']}>
        {text('from', t`From`, instantOrDay)}
        {text('to', t`To, exclusive`, instantOrDay)}
        <label>
          <Trans>Steps</Trans>
          <select name="interval" defaultValue={asked.interval ?? ''}>
            <option value="">{t`usual`}</option>
            {report.intervals.map((one) => <option key={one} value={one}>{intervals[one] ?? one}</option>)}
          </select>
        </label>
        {text('zone', t`Zone`, 'UTC', 'zones')}
        <datalist id="zones">{Intl.supportedValuesOf('timeZone').map((zone) => <option key={zone} value={zone} />)}</datalist>
        <label>
          <Trans>Test clocks</Trans>
          <select name="onTestClock" defaultValue={asked.onTestClock ?? ''}>
            <option value="">{t`with them`}</option>
            <option value="false">{t`without them`}</option>
            <option value="true">{t`them alone`}</option>
          </select>
        </label>
        {text('asOf', t`As of`, instant)}
        {text('knownAt', t`Known at`, instant)}
      </div>
      {report.groups.length > 0 && (
        <fieldset className={styles['groups']}>
          <legend><Trans>By</Trans></legend>
          {report.groups.map(({ name }) => (
            <label key={name}>
              <input type="checkbox" name="groupBy" value={name} defaultChecked={groupsOf(asked).includes(name)} /> <code>{name}</code>
            </label>
          ))}
        </fieldset>
      )}
      <p><Button type="submit" look="plain"><Trans>Show</Trans></Button></p>
    </form>
  );
}
