import { Button, Input, Modal } from 'antd';
import { useState } from 'react';
import { ELIGIBILITY, type StoreView } from '../../../src/contract/clearing/operator/stores.ts';
import { categoryName } from '../../../src/contract/messages/words.ts';
import { Ask, Card, Choice, Facts, Field, Loaded, NotForYou, Refused, State, Who } from '../parts.tsx';
import { useAct, useLoad, useRoles, useSession } from '../session.ts';
import { type Stage, Stages } from '../stages.tsx';
import { type TextKey, useLanguage, useText } from '../text.ts';
import { Terminals } from './terminals.tsx';

type Dialog = 'district' | 'city' | 'suspend' | 'resume';

/** One store: how far its admission is, who passed it and on what basis, and its terminals. */
export function StoreDetail(props: { readonly id: string; readonly onChanged: () => void }) {
  const store = useLoad<StoreView>(`/v1/operator/stores/${props.id}`);
  return (
    <Loaded of={store}>
      {(view) => (
        <>
          <Admission
            store={view}
            onChanged={() => {
              store.again();
              props.onChanged();
            }}
          />
          <Terminals storeId={view.id} />
        </>
      )}
    </Loaded>
  );
}

function Admission({ store, onChanged }: { readonly store: StoreView; readonly onChanged: () => void }) {
  const text = useText();
  const language = useLanguage();
  const { api } = useSession();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const path = `/v1/operator/stores/${store.id}`;
  const close = (): void => setDialog(null);
  const done = async (what: Promise<unknown>): Promise<void> => {
    await what;
    onChanged();
  };
  return (
    <Card title={language === 'zh' ? store.nameZh : store.nameEn}>
      <Stages label={text('status')} of={stagesOf(store, text)} />
      <Facts
        of={[
          [text('id'), store.id],
          [text('category'), categoryName(language, store.category)],
          [text('stores.basis'), store.basis === '' ? '—' : basisText(store.basis, text)],
        ]}
      />
      <Actions store={store} onAsk={setDialog} />
      {dialog === 'district' && <District path={path} onClose={close} onDone={onChanged} />}
      {dialog === 'city' && (
        <Ask
          title={text('stores.cityPass')}
          explain={text('stores.cityExplain')}
          ok={text('stores.cityPass')}
          onClose={close}
          onOk={() => done(api.post(`${path}/admissions/city`))}
        />
      )}
      {(dialog === 'suspend' || dialog === 'resume') && (
        <Ask
          title={text(`stores.${dialog}`)}
          explain={text(`stores.${dialog}Explain`)}
          ok={text(`stores.${dialog}`)}
          danger={dialog === 'suspend'}
          reason={text('reason')}
          onClose={close}
          onOk={(reason) => done(api.post(`${path}/${dialog}`, { reason }))}
        />
      )}
    </Card>
  );
}

function Actions({ store, onAsk }: { readonly store: StoreView; readonly onAsk: (dialog: Dialog) => void }) {
  const text = useText();
  const may = useRoles();
  const { me } = useSession();
  if (store.status !== 'not-admitted') {
    const what = store.status === 'admitted' ? 'suspend' : 'resume';
    return may('bureau') ? (
      <div className="actions">
        <Button danger={what === 'suspend'} data-testid={`store-${what}`} onClick={() => onAsk(what)}>
          {text(`stores.${what}`)}
        </Button>
      </div>
    ) : null;
  }
  const stage = store.districtBy === null ? 'district' : 'city';
  const role = stage === 'district' ? 'district' : 'bureau';
  if (!may(role)) return <NotForYou>{text('noRole', { roles: text(`role.${role}`) })}</NotForYou>;
  if (store.districtBy === me.id) return <NotForYou>{text('otherPerson')}</NotForYou>;
  return (
    <div className="actions">
      <Button type="primary" data-testid={`pass-${stage}`} onClick={() => onAsk(stage)}>
        {text(`stores.${stage}Pass`)}
      </Button>
    </div>
  );
}

function District(props: {
  readonly path: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const text = useText();
  const { api } = useSession();
  const { busy, refusal, act } = useAct();
  const [eligibility, setEligibility] = useState<(typeof ELIGIBILITY)[number]>('above-designated-size');
  const [evidence, setEvidence] = useState('');
  return (
    <Modal
      open
      title={text('stores.districtPass')}
      okText={text('stores.districtPass')}
      okButtonProps={{ 'data-testid': 'ask-ok', disabled: evidence.trim() === '' }}
      cancelText={text('cancel')}
      confirmLoading={busy}
      onCancel={props.onClose}
      onOk={() =>
        void act(() =>
          api.post(`${props.path}/admissions/district`, { eligibility, evidence: evidence.trim() }),
        ).then((isDone) => {
          if (!isDone) return;
          props.onDone();
          props.onClose();
        })
      }
    >
      <div className="form">
        <p>{text('stores.districtExplain')}</p>
        <Choice
          label={text('stores.eligibility')}
          testId="eligibility"
          value={eligibility}
          options={ELIGIBILITY.map((one) => [one, text(`stores.${one}`)] as const)}
          onChange={setEligibility}
        />
        <Field label={text('stores.evidence')} hint={text('stores.evidenceHint')}>
          {(id) => (
            <Input
              id={id}
              data-testid="evidence"
              maxLength={160}
              value={evidence}
              onChange={({ target }) => setEvidence(target.value)}
            />
          )}
        </Field>
        <Refused refusal={refusal} />
      </div>
    </Modal>
  );
}

/** The district writes `CONDITION: where it can be looked up`. */
function basisText(basis: string, text: (key: TextKey) => string): string {
  const condition = ELIGIBILITY.find((one) => basis.startsWith(`${one}: `));
  return condition === undefined
    ? basis
    : `${text(`stores.${condition}`)} · ${basis.slice(condition.length + 2)}`;
}

function stagesOf(store: StoreView, text: (key: TextKey) => string): readonly Stage[] {
  const { districtBy, cityBy, status } = store;
  const isIn = status !== 'not-admitted';
  return [
    { name: text('stores.entered'), state: 'done', detail: '' },
    {
      name: text('stores.districtStage'),
      state: districtBy !== null ? 'done' : 'now',
      detail: districtBy === null ? text('nobody') : <Who id={districtBy} />,
    },
    {
      name: text('stores.cityStage'),
      state: isIn ? 'done' : districtBy !== null ? 'now' : 'later',
      detail: cityBy === null ? text('nobody') : <Who id={cityBy} />,
    },
    {
      name: text('stores.takesPart'),
      state: status === 'suspended' ? 'failed' : isIn ? 'done' : 'later',
      detail: status === 'suspended' ? <State tone="bad">{text('stores.suspended')}</State> : '',
    },
  ];
}
