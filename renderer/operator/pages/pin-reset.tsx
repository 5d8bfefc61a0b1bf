import { useState } from 'react';
import { shanghaiMinute } from '../../../src/domain/business-day.ts';
import { OnceShown } from '../once-shown.tsx';
import { Ask, Choice, Loaded, Nothing } from '../parts.tsx';
import { useLoad, useSession } from '../session.ts';
import { useText } from '../text.ts';

interface User {
  readonly userId: string;
  readonly name: string;
  readonly role: 'cashier' | 'manager' | 'support';
}
interface Code {
  readonly code: string;
  readonly expiresAtMs: number;
}

/** For a shop's call: one of the terminal's people, and a code that sets a new PIN once. */
export function PinReset(props: { readonly terminalId: string; readonly onClose: () => void }) {
  const text = useText();
  const { api } = useSession();
  const path = `/v1/operator/terminals/${props.terminalId}`;
  const users = useLoad<{ readonly users: readonly User[] }>(`${path}/users`);
  const [userId, setUserId] = useState('');
  const [code, setCode] = useState<Code | null>(null);
  if (code !== null)
    return (
      <OnceShown title={text('terminals.pinCode')} secret={code.code} onClose={props.onClose}>
        <p>{text('terminals.valid', { time: shanghaiMinute(code.expiresAtMs) })}</p>
      </OnceShown>
    );
  const listed = users.data?.users ?? [];
  const chosen = listed.find((user) => user.userId === userId) ?? listed[0];
  return (
    <Ask
      title={text('terminals.pinReset')}
      explain={
        <>
          <p>{text('terminals.pinExplain')}</p>
          <Loaded of={users}>
            {() =>
              chosen === undefined ? (
                <Nothing>{text('terminals.pinNobody')}</Nothing>
              ) : (
                <Choice
                  label={text('terminals.pinUser')}
                  testId="pin-user"
                  value={chosen.userId}
                  options={listed.map(
                    (user) => [user.userId, `${user.name} · ${text(`terminals.${user.role}`)}`] as const,
                  )}
                  onChange={setUserId}
                />
              )
            }
          </Loaded>
        </>
      }
      ok={text('terminals.pinMake')}
      reason={text('reason')}
      staysOpen
      onClose={props.onClose}
      onOk={async (reason) => {
        if (chosen === undefined) return;
        setCode(await api.post<Code>(`${path}/pin-resets`, { userId: chosen.userId, reason }));
      }}
    />
  );
}
