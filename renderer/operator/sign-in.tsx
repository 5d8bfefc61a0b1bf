import { Button, Input } from 'antd';
import { useState } from 'react';
import { Field, Refused } from './parts.tsx';
import { LanguageSwitch } from './shell.tsx';
import { useAct } from './session.ts';
import { useText } from './text.ts';

export function SignIn({ signIn }: { readonly signIn: (token: string) => Promise<void> }) {
  const text = useText();
  const [token, setToken] = useState('');
  const { busy, refusal, act } = useAct();
  return (
    <main className="sign-in" data-testid="sign-in">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          void act(() => signIn(token.trim()));
        }}
      >
        <header>
          <h1>{text('title')}</h1>
          <LanguageSwitch />
        </header>
        <p>{text('signIn.hint')}</p>
        <Field label={text('signIn.token')}>
          {(id) => (
            <Input.Password
              id={id}
              data-testid="token"
              autoFocus
              autoComplete="off"
              visibilityToggle={false}
              value={token}
              onChange={({ target }) => setToken(target.value)}
            />
          )}
        </Field>
        {refusal !== null &&
          (refusal.code === 'forbidden' ? (
            <p className="mistake" role="alert" data-testid="refusal">
              {text('signIn.wrong')}
            </p>
          ) : (
            <Refused refusal={refusal} />
          ))}
        <Button
          type="primary"
          htmlType="submit"
          loading={busy}
          disabled={token.trim() === ''}
          data-testid="enter"
        >
          {text('signIn.enter')}
        </Button>
      </form>
    </main>
  );
}
