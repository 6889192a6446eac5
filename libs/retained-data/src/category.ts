// The four kinds of data that are kept for a year after the last plan ended.
export const categories = ['campaigns', 'messages', 'contacts', 'reports'] as const;

export type Category = (typeof categories)[number];

export type CategoryCounts = Readonly<Record<Category, number>>;

export const countsOf = (rows: readonly { readonly category: Category; readonly count: number }[]): CategoryCounts => {
  const counts = { campaigns: 0, messages: 0, contacts: 0, reports: 0 };
  for (const { category, count } of rows) counts[category] += count;
  return counts;
};
