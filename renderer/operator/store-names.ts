import type { StoreView } from '../../src/contract/clearing/operator/stores.ts';
import { useLoad } from './session.ts';
import { useLanguage } from './text.ts';

/** As many as one page of the server's list; a store beyond it is shown by its id. */
const LISTED = 200;

/** Names a store in the language of the page; an unknown one by its id. */
export function useStoreNames(): (id: string) => string {
  const language = useLanguage();
  const { data } = useLoad<{ readonly stores: readonly StoreView[] }>('/v1/operator/stores', {
    limit: LISTED,
  });
  return (id) => {
    const store = data?.stores.find((one) => one.id === id);
    if (store === undefined) return id;
    return language === 'zh' ? store.nameZh : store.nameEn;
  };
}
