import type { ReactNode } from 'react';
import type { CarPapers } from '../../../src/contract/clearing/car-papers.ts';
import { Money } from '../parts.tsx';
import { useText } from '../text.ts';

/** The three papers side by side; what contradicts is marked, in words too. */
export function CarPapersTable({ papers }: { readonly papers: CarPapers }) {
  const text = useText();
  const { invoice, registration, identity } = papers;
  const isOneVin = invoice.vin === registration.vin;
  const isOneName = invoice.buyerName === identity.name && registration.ownerName === identity.name;
  const differing = [...(isOneVin ? [] : [text('cars.vin')]), ...(isOneName ? [] : [text('cars.buyer')])];
  const yesNo = (is: boolean): string => text(is ? 'cars.yes' : 'cars.no');
  const rows: readonly (readonly [name: string, cells: readonly ReactNode[], agrees: boolean])[] = [
    [text('cars.vin'), [invoice.vin, registration.vin, ''], isOneVin],
    [text('cars.buyer'), [invoice.buyerName, registration.ownerName, identity.name], isOneName],
    [text('cars.type'), ['', '', text(`cars.${identity.type}`)], identity.type === 'person'],
    [text('cars.number'), [invoice.number, '', identity.number], true],
    [text('cars.issuedOn'), [invoice.issuedOn, registration.registeredOn, ''], true],
    [text('cars.price'), [<Money key="price" fen={invoice.priceFen} />, '', ''], true],
    [text('cars.seats'), ['', registration.seats, ''], true],
    [text('cars.passenger'), ['', yesNo(registration.passengerCar), ''], registration.passengerCar],
    ...(invoice.replaces === null
      ? []
      : [
          [
            text('cars.replaces'),
            [`${invoice.replaces.number} · ${invoice.replaces.issuedOn}`, '', ''],
            false,
          ] as const,
        ]),
  ];
  return (
    <>
      {differing.length === 0 ? (
        <p className="agree">✓ {text('cars.agree')}</p>
      ) : (
        <p className="mistake" role="alert">
          ✕ {text('cars.differ', { what: differing.join(', ') })}
        </p>
      )}
      <table className="lines" data-testid="papers">
        <thead>
          <tr>
            <td />
            <th scope="col" className="text">
              {text('cars.invoice')}
            </th>
            <th scope="col" className="text">
              {text('cars.registration')}
            </th>
            <th scope="col" className="text">
              {text('cars.identity')}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, cells, agrees]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {['invoice', 'registration', 'identity'].map((paper, index) => {
                const cell = cells[index];
                return (
                  <td key={paper} className={!agrees && cell !== '' ? 'text differs' : 'text'}>
                    {cell === '' ? '' : cell}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
