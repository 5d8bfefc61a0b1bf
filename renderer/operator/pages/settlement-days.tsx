import { Button } from 'antd';
import { useState } from 'react';
import type { z } from 'zod';
import type {
  closedDaySchema,
  dayListSchema,
  dayVerificationSchema,
} from '../../../src/contract/clearing/settlement-operator.ts';
import { businessDay } from '../../../src/domain/business-day.ts';
import { download } from '../api.ts';
import { Ask, Card, Facts, Loaded, Money, Nothing, NotForYou, Refused, State, When, Who } from '../parts.tsx';
import { useAct, useLoad, useRoles, useSession } from '../session.ts';
import { useStoreNames } from '../store-names.ts';
import { useText } from '../text.ts';

type DayView = z.infer<typeof dayListSchema>['days'][number];
type ClosedDay = z.infer<typeof closedDaySchema>;
type Verification = z.infer<typeof dayVerificationSchema>;

export const DAYS_PATH = '/v1/operator/settlement/days';

/** Days by how much was settled on them; the chosen one with its files. */
export function Days() {
  const text = useText();
  const days = useLoad<{ readonly days: readonly DayView[] }>(DAYS_PATH);
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Loaded of={days}>
      {({ days: listed }) => {
        const open = listed.find(({ day }) => day === chosen);
        const most = Math.max(1, ...listed.map(({ netFen }) => Math.abs(netFen)));
        return listed.length === 0 ? (
          <Nothing>{text('settlement.none')}</Nothing>
        ) : (
          <div className="two">
            <ul className="picks list-side">
              {listed.map((day) => (
                <li key={day.day}>
                  <button
                    type="button"
                    data-testid={`day-${day.day}`}
                    aria-pressed={day === open}
                    onClick={() => setChosen(day.day)}
                  >
                    <b>{day.day}</b>
                    <State tone={day.closedAtMs === null ? 'wait' : 'good'}>
                      {text(day.closedAtMs === null ? 'settlement.open' : 'settlement.closed')}
                    </State>
                    <small className="half">{text('settlement.lines', { count: day.lines })}</small>
                    <Money fen={day.netFen} />
                    <span className="bar bar-of-day" aria-hidden="true">
                      <i className="part part-redeemed" style={{ flexGrow: Math.abs(day.netFen) }} />
                      <i className="rest" style={{ flexGrow: most - Math.abs(day.netFen) }} />
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            <div>
              {open === undefined ? (
                <Nothing>{text('settlement.choose')}</Nothing>
              ) : open.closedAtMs === null ? (
                <OpenDay day={open} onClosed={days.again} />
              ) : (
                <Closed key={open.day} day={open.day} />
              )}
            </div>
          </div>
        );
      }}
    </Loaded>
  );
}

function OpenDay({ day, onClosed }: { readonly day: DayView; readonly onClosed: () => void }) {
  const text = useText();
  const may = useRoles();
  const { api } = useSession();
  const [isAsking, setAsking] = useState(false);
  return (
    <Card title={day.day}>
      <Facts
        of={[
          [text('amount'), <Money key="net" fen={day.netFen} />],
          [text('count'), text('settlement.lines', { count: day.lines })],
        ]}
      />
      {day.day >= businessDay(Date.now()) ? (
        <NotForYou>{text('settlement.notOver')}</NotForYou>
      ) : may('unionpay') ? (
        <div className="actions">
          <Button type="primary" data-testid="close-day" onClick={() => setAsking(true)}>
            {text('settlement.closeDay')}
          </Button>
        </div>
      ) : (
        <NotForYou>{text('noRole', { roles: text('role.unionpay') })}</NotForYou>
      )}
      {isAsking && (
        <Ask
          title={`${text('settlement.closeDay')} ${day.day}`}
          explain={text('settlement.closeExplain')}
          ok={text('settlement.closeDay')}
          onClose={() => setAsking(false)}
          onOk={async () => {
            await api.post(`${DAYS_PATH}/${day.day}/close`);
            onClosed();
          }}
        />
      )}
    </Card>
  );
}

function Closed({ day }: { readonly day: string }) {
  const text = useText();
  const { api } = useSession();
  const closed = useLoad<ClosedDay>(`${DAYS_PATH}/${day}`);
  const { busy, refusal, act } = useAct();
  const [verified, setVerified] = useState<Verification | null>(null);
  return (
    <Card
      title={`${day} · ${text('settlement.closed')}`}
      extra={
        <Button
          data-testid="verify"
          loading={busy}
          onClick={() =>
            void act(async () => setVerified(await api.get<Verification>(`${DAYS_PATH}/${day}/verification`)))
          }
        >
          {text('settlement.verify')}
        </Button>
      }
    >
      <Refused refusal={refusal} />
      {verified !== null && <Verified of={verified} />}
      <Loaded of={closed}>
        {({ manifest }) => (
          <div className="form">
            <Facts
              of={[
                [text('settlement.closedBy'), <Who key="who" id={manifest.closedBy} />],
                [text('time'), <When key="when" at={manifest.closedAtMs} />],
              ]}
            />
            <Prepare day={day} />
            <h3>{text('settlement.files')}</h3>
            <Files day={day} of={manifest.files} />
          </div>
        )}
      </Loaded>
    </Card>
  );
}

function Verified({ of }: { readonly of: Verification }) {
  const text = useText();
  return of.ok ? (
    <p className="agree" role="status" data-testid="verified">
      ✓ {text('settlement.verified')}
    </p>
  ) : (
    <div className="findings" role="alert">
      <h3>{text('settlement.notVerified')}</h3>
      <ul>
        {of.findings.map(({ what, problem }) => (
          <li key={`${what} ${problem}`}>
            {what}: {problem}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Files({ day, of }: { readonly day: string; readonly of: ClosedDay['manifest']['files'] }) {
  const text = useText();
  const storeName = useStoreNames();
  const subjectOf = ({ scope, subject }: (typeof of)[number]): string =>
    scope === 'store'
      ? `${text('settlement.scopeStore')} ${storeName(subject)}`
      : `${text('settlement.scopeFund')} ${subject}`;
  const { api } = useSession();
  const { refusal, act } = useAct();
  return (
    <>
      <Refused refusal={refusal} />
      <ul className="rows">
        {of.map((file) => (
          <li key={file.fileName}>
            <div>
              <b>{subjectOf(file)}</b> · {text('settlement.lines', { count: file.lines })}
              {/* A fund's file sums whole lines; what the fund pays of them stands in the file. */}
              {file.scope === 'store' && (
                <>
                  {' · '}
                  <Money fen={file.netFen} />
                </>
              )}
              <small>{file.fileName}</small>
            </div>
            <Button
              aria-label={`${text('download')} ${file.fileName}`}
              onClick={() =>
                void act(() => download(api, `${DAYS_PATH}/${day}/files/${file.fileName}`, file.fileName))
              }
            >
              {text('download')}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function Prepare({ day }: { readonly day: string }) {
  const text = useText();
  const may = useRoles();
  const { api } = useSession();
  const [isAsking, setAsking] = useState(false);
  const [collect, setCollect] = useState(false);
  const [count, setCount] = useState<number | null>(null);
  if (!may('unionpay')) return null;
  return (
    <div className="actions">
      <Button type="primary" data-testid="prepare" onClick={() => setAsking(true)}>
        {text('settlement.prepare')}
      </Button>
      {count !== null && (
        <span role="status" data-testid="prepared-count">
          {count === 0 ? text('settlement.nothingPrepared') : text('settlement.preparedCount', { count })}
        </span>
      )}
      {isAsking && (
        <Ask
          title={`${text('settlement.prepare')} ${day}`}
          explain={
            <>
              <p>{text('settlement.prepareExplain')}</p>
              <label className="check">
                <input
                  type="checkbox"
                  checked={collect}
                  onChange={({ target }) => setCollect(target.checked)}
                />
                {text('settlement.collect')}
              </label>
            </>
          }
          ok={text('settlement.prepare')}
          onClose={() => setAsking(false)}
          onOk={async () => {
            const made = await api.post<{ readonly payouts: readonly unknown[] }>(
              `${DAYS_PATH}/${day}/payouts`,
              { collect },
            );
            setCount(made.payouts.length);
          }}
        />
      )}
    </div>
  );
}
