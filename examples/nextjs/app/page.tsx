import { connect } from '@anybucket/core';

// The list of photos is read per request, not at build time.
export const dynamic = 'force-dynamic';

export default async function Page() {
  const photos = await connect('data_store/photos');
  return (
    <main>
      <ul>
        {(await photos.listFilename()).map((key) => (
          <li key={key}>
            <a href={`/photos/${key}`}>{key}</a>
          </li>
        ))}
      </ul>
      <form action="/photos" method="post" encType="multipart/form-data">
        <input type="file" name="photos" accept="image/*" multiple />
        <button>Upload</button>
      </form>
    </main>
  );
}
