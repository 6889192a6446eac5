// What every report tells, by what it can be grouped, and what each of its columns means.
import { intervals, reportNames, reports, type Column } from '#read-models';

const columnOf = ({ name, type, nullable, meaning, adds }: Column) => ({ name, type, nullable, about: meaning, adds: adds ?? null });

export const definitions = {
  data: reportNames.map((name) => {
    const { title, about, total, groups, possible } = reports[name];
    return { name, title, about, groups: groups.map((group) => ({ name: group.name, about: group.meaning })), intervals, columns: [...possible.keys, ...possible.always].map(columnOf), total };
  }),
};
