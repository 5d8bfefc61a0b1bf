import { Input, Modal } from 'antd';
import { useState } from 'react';
import type { StoreView } from '../../../src/contract/clearing/operator/stores.ts';
import { categoryName } from '../../../src/contract/messages/words.ts';
import { CATEGORIES, type Category } from '../../../src/domain/campaign.ts';
import { Choice, Field, Refused } from '../parts.tsx';
import { useAct, useSession } from '../session.ts';
import { useLanguage, useText } from '../text.ts';

/** A store as it is entered, before anybody has passed it. */
export function NewStore(props: { readonly onClose: () => void; readonly onMade: (id: string) => void }) {
  const text = useText();
  const language = useLanguage();
  const { api } = useSession();
  const { busy, refusal, act } = useAct();
  const [nameZh, setNameZh] = useState('');
  const [nameEn, setNameEn] = useState('');
  const [id, setId] = useState('');
  const [category, setCategory] = useState<Category>('supermarket');
  const [cutOver, setCutOver] = useState('0');
  const save = async (): Promise<void> => {
    const made = await api.post<StoreView>('/v1/operator/stores', {
      ...(id.trim() === '' ? {} : { id: id.trim() }),
      ...{ nameZh, nameEn, category, cutOverMinutes: Number(cutOver) },
    });
    props.onMade(made.id);
  };
  return (
    <Modal
      open
      title={text('stores.add')}
      okText={text('stores.save')}
      okButtonProps={{
        'data-testid': 'save-store',
        disabled: nameZh.trim() === '' || nameEn.trim() === '',
      }}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onCancel={props.onClose}
      onOk={() =>
        void act(save).then((isDone) => {
          if (isDone) props.onClose();
        })
      }
    >
      <div className="form">
        <Field label={text('stores.nameZh')}>
          {(field) => (
            <Input
              id={field}
              data-testid="name-zh"
              maxLength={80}
              value={nameZh}
              onChange={({ target }) => setNameZh(target.value)}
            />
          )}
        </Field>
        <Field label={text('stores.nameEn')}>
          {(field) => (
            <Input
              id={field}
              data-testid="name-en"
              maxLength={80}
              value={nameEn}
              onChange={({ target }) => setNameEn(target.value)}
            />
          )}
        </Field>
        <Choice
          label={text('category')}
          testId="category"
          value={category}
          options={CATEGORIES.map((one) => [one, categoryName(language, one)] as const)}
          onChange={setCategory}
        />
        <Field label={text('stores.id')} hint={text('stores.idHint')}>
          {(field) => (
            <Input
              id={field}
              data-testid="store-id"
              maxLength={64}
              value={id}
              onChange={({ target }) => setId(target.value)}
            />
          )}
        </Field>
        <Field label={text('stores.cutOver')}>
          {(field) => (
            <Input
              id={field}
              inputMode="numeric"
              maxLength={3}
              value={cutOver}
              onChange={({ target }) => setCutOver(target.value.replace(/\D/g, ''))}
            />
          )}
        </Field>
        <Refused refusal={refusal} />
      </div>
    </Modal>
  );
}
