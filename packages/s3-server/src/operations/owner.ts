import { textElement } from '../protocol/xml-writer.js';

/** The owner of all buckets and objects: that of MinIO. */
const ownerId = '02d6176db174dc93cb1b899f7c6078f08654445fe8cf1b6ce98d8855f66bdbf4';

/** The content of an `Owner` element. */
export const ownerElements = textElement('ID', ownerId) + textElement('DisplayName', 'minio');
