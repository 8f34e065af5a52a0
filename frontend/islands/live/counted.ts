/** What the address of news answers. */
export interface News {
  count: number;
  shown: string;
  label: string;
  last: number;
  new: { text: string; link?: string; tone?: string }[];
}

/** What is said aloud: nothing at the first look of a tab (`after` is ""), for what waits already is no news. */
export function unseen(news: News, after: string): News["new"] {
  return after === "" ? [] : news.new;
}
