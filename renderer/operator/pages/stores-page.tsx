import { Button } from 'antd';
import { useState } from 'react';
import type { StoreView } from '../../../src/contract/clearing/operator/stores.ts';
import { categoryName } from '../../../src/contract/messages/words.ts';
import { Loaded, Nothing, State, type Tone, Views } from '../parts.tsx';
import { useLoad, useRoles } from '../session.ts';
import { useLanguage, useText } from '../text.ts';
import { NewStore } from './new-store.tsx';
import { StoreDetail } from './store-detail.tsx';

export const STORE_TONES: Readonly<Record<StoreView['status'], Tone>> = {
  admitted: 'good',
  suspended: 'bad',
  'not-admitted': 'wait',
};
const FILTERS = ['all', 'not-admitted', 'admitted', 'suspended'] as const;
const PAGE = 50;

/** Stores on the left, the chosen one with its way to admission and its terminals on the right. */
export function StoresPage() {
  const text = useText();
  const language = useLanguage();
  const may = useRoles();
  const [filter, setFilter] = useState<(typeof FILTERS)[number]>('all');
  const [after, setAfter] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  const stores = useLoad<{ readonly stores: readonly StoreView[]; readonly more: boolean }>(
    '/v1/operator/stores',
    { status: filter === 'all' ? undefined : filter, after, limit: PAGE },
  );
  return (
    <>
      <div className="bar-of-tools">
        <Views
          label={text('stores.filter')}
          testId="filter"
          value={filter}
          options={FILTERS.map((one) => [one, one === 'all' ? text('all') : text(`stores.${one}`)] as const)}
          onChange={(one) => {
            setFilter(one);
            setAfter('');
          }}
        />
        {may('admin', 'district') && (
          <Button type="primary" data-testid="add-store" onClick={() => setAdding(true)}>
            {text('stores.add')}
          </Button>
        )}
      </div>
      <div className="two">
        <div className="list-side">
          <Loaded of={stores}>
            {({ stores: listed, more }) => (
              <>
                {listed.length === 0 && <Nothing>{text('stores.none')}</Nothing>}
                <ul className="picks">
                  {listed.map((store) => (
                    <li key={store.id}>
                      <button
                        type="button"
                        data-testid={`store-${store.id}`}
                        aria-pressed={store.id === chosen}
                        onClick={() => setChosen(store.id)}
                      >
                        <b>{language === 'zh' ? store.nameZh : store.nameEn}</b>
                        <small>{categoryName(language, store.category)}</small>
                        <State tone={STORE_TONES[store.status]}>{text(`stores.${store.status}`)}</State>
                      </button>
                    </li>
                  ))}
                </ul>
                {after !== '' && <Button onClick={() => setAfter('')}>{text('firstPage')}</Button>}
                {more && (
                  <Button onClick={() => setAfter(listed.at(-1)?.id ?? '')}>{text('nextPage')}</Button>
                )}
              </>
            )}
          </Loaded>
        </div>
        <div>
          {chosen === null ? (
            <Nothing>{text('stores.choose')}</Nothing>
          ) : (
            <StoreDetail key={chosen} id={chosen} onChanged={stores.again} />
          )}
        </div>
      </div>
      {isAdding && (
        <NewStore
          onClose={() => setAdding(false)}
          onMade={(id) => {
            setChosen(id);
            stores.again();
          }}
        />
      )}
    </>
  );
}
