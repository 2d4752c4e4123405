import { abortMultipartUpload } from './abort-multipart-upload.js';
import { constantDocument, getAcl, missingConfiguration, putAcl, removeNothing, unsupported } from './canned-responses.js';
import { deleteBucketTagging, getBucketTagging, putBucketTagging } from './bucket-tagging.js';
import { getBucketVersioning, putBucketVersioning } from './bucket-versioning.js';
import { completeMultipartUpload } from './complete-multipart-upload.js';
import { copyObject } from './copy-object.js';
import { createBucket } from './create-bucket.js';
import { createMultipartUpload } from './create-multipart-upload.js';
import { deleteBucket } from './delete-bucket.js';
import { deleteObject } from './delete-object.js';
import { deleteObjects } from './delete-objects.js';
import { getBucketLocation } from './get-bucket-location.js';
import { getObjectAttributes } from './get-object-attributes.js';
import { getObject } from './get-object.js';
import { headBucket } from './head-bucket.js';
import { headObject } from './head-object.js';
import { listBuckets } from './list-buckets.js';
import { listMultipartUploads } from './list-multipart-uploads.js';
import { listObjectVersions } from './list-object-versions.js';
import { listObjects } from './list-objects.js';
import { listObjectsV2 } from './list-objects-v2.js';
import { listParts } from './list-parts.js';
import { getObjectLockConfiguration, missingObjectLock } from './object-lock.js';
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from './object-tagging.js';
import type { Operation } from './operation.js';
import { postObject } from './post-object.js';
import { putObject } from './put-object.js';
import { uploadPart } from './upload-part.js';
import { uploadPartCopy } from './upload-part-copy.js';

/** A row of the routing table. */
export interface Route {
  readonly resource: 'service' | 'bucket' | 'object';
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** A query parameter that the request must have, or `name=value`. */
  readonly query?: string | undefined;
  /** A header that the request must have. */
  readonly header?: string | undefined;
  /** The media type that the request must have. */
  readonly contentType?: string | undefined;
  readonly operation: Operation;
}

/** The operations. The first row that matches a request applies. */
export const routes: readonly Route[] = [
  { resource: 'service', method: 'GET', operation: listBuckets },

  { resource: 'object', method: 'HEAD', operation: headObject },
  { resource: 'object', method: 'GET', query: 'annotation', operation: unsupported('GetObjectAnnotation', 'read') },
  { resource: 'object', method: 'PUT', query: 'annotation', operation: unsupported('PutObjectAnnotation') },
  { resource: 'object', method: 'DELETE', query: 'annotation', operation: unsupported('DeleteObjectAnnotation') },
  { resource: 'object', method: 'GET', query: 'torrent', operation: unsupported('GetObjectTorrent', 'read') },
  { resource: 'object', method: 'GET', query: 'attributes', operation: getObjectAttributes },
  { resource: 'object', method: 'GET', query: 'uploadId', operation: listParts },
  { resource: 'object', method: 'GET', query: 'acl', operation: getAcl('GetObjectAcl') },
  { resource: 'object', method: 'GET', query: 'tagging', operation: getObjectTagging },
  {
    resource: 'object',
    method: 'GET',
    query: 'retention',
    operation: missingObjectLock('GetObjectRetention'),
  },
  {
    resource: 'object',
    method: 'GET',
    query: 'legal-hold',
    operation: missingObjectLock('GetObjectLegalHold'),
  },
  { resource: 'object', method: 'GET', query: 'lambdaArn', operation: unsupported('GetObjectLambda', 'read') },
  { resource: 'object', method: 'GET', operation: getObject },
  { resource: 'object', method: 'PUT', query: 'uploadId', header: 'x-amz-copy-source', operation: uploadPartCopy },
  { resource: 'object', method: 'PUT', query: 'uploadId', operation: uploadPart },
  { resource: 'object', method: 'PUT', query: 'acl', operation: putAcl('PutObjectAcl') },
  { resource: 'object', method: 'PUT', query: 'tagging', operation: putObjectTagging },
  { resource: 'object', method: 'PUT', query: 'retention', operation: unsupported('PutObjectRetention') },
  { resource: 'object', method: 'PUT', query: 'legal-hold', operation: unsupported('PutObjectLegalHold') },
  { resource: 'object', method: 'PUT', query: 'torrent', operation: unsupported('PutObjectTorrent') },
  { resource: 'object', method: 'PUT', query: 'encryption', operation: unsupported('UpdateObjectEncryption') },
  { resource: 'object', method: 'PUT', query: 'renameObject', operation: unsupported('RenameObject') },
  { resource: 'object', method: 'PUT', header: 'x-amz-meta-snowball-auto-extract', operation: unsupported('PutObjectExtract') },
  { resource: 'object', method: 'PUT', header: 'x-amz-copy-source', operation: copyObject },
  { resource: 'object', method: 'PUT', operation: putObject },
  { resource: 'object', method: 'POST', query: 'uploads', operation: createMultipartUpload },
  { resource: 'object', method: 'POST', query: 'uploadId', operation: completeMultipartUpload },
  { resource: 'object', method: 'POST', query: 'select', operation: unsupported('SelectObjectContent', 'read') },
  { resource: 'object', method: 'POST', query: 'restore', operation: unsupported('RestoreObject') },
  { resource: 'object', method: 'DELETE', query: 'uploadId', operation: abortMultipartUpload },
  { resource: 'object', method: 'DELETE', query: 'tagging', operation: deleteObjectTagging },
  { resource: 'object', method: 'DELETE', query: 'acl', operation: unsupported('DeleteObjectAcl') },
  { resource: 'object', method: 'DELETE', query: 'torrent', operation: unsupported('DeleteObjectTorrent') },
  { resource: 'object', method: 'DELETE', operation: deleteObject },

  { resource: 'bucket', method: 'HEAD', query: 'acl', operation: unsupported('HeadBucketAcl', 'read') },
  { resource: 'bucket', method: 'HEAD', operation: headBucket },
  { resource: 'bucket', method: 'GET', query: 'abac', operation: unsupported('GetBucketAbac', 'read') },
  { resource: 'bucket', method: 'PUT', query: 'abac', operation: unsupported('PutBucketAbac') },
  { resource: 'bucket', method: 'GET', query: 'metadataConfiguration', operation: unsupported('GetBucketMetadataConfiguration', 'read') },
  { resource: 'bucket', method: 'POST', query: 'metadataConfiguration', operation: unsupported('CreateBucketMetadataConfiguration') },
  { resource: 'bucket', method: 'DELETE', query: 'metadataConfiguration', operation: unsupported('DeleteBucketMetadataConfiguration') },
  { resource: 'bucket', method: 'GET', query: 'metadataTable', operation: unsupported('GetBucketMetadataTableConfiguration', 'read') },
  { resource: 'bucket', method: 'POST', query: 'metadataTable', operation: unsupported('CreateBucketMetadataTableConfiguration') },
  { resource: 'bucket', method: 'DELETE', query: 'metadataTable', operation: unsupported('DeleteBucketMetadataTableConfiguration') },
  {
    resource: 'bucket',
    method: 'PUT',
    query: 'metadataInventoryTable',
    operation: unsupported('UpdateBucketMetadataInventoryTableConfiguration'),
  },
  {
    resource: 'bucket',
    method: 'PUT',
    query: 'metadataJournalTable',
    operation: unsupported('UpdateBucketMetadataJournalTableConfiguration'),
  },
  {
    resource: 'bucket',
    method: 'PUT',
    query: 'metadataAnnotationTable',
    operation: unsupported('UpdateBucketMetadataAnnotationTableConfiguration'),
  },
  { resource: 'bucket', method: 'GET', query: 'location', operation: getBucketLocation },
  { resource: 'bucket', method: 'GET', query: 'policy', operation: missingConfiguration('GetBucketPolicy', 'NoSuchBucketPolicy') },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'policyStatus',
    operation: constantDocument('GetBucketPolicyStatus', 'PolicyStatus', '<IsPublic>FALSE</IsPublic>'),
  },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'lifecycle',
    operation: missingConfiguration('GetBucketLifecycleConfiguration', 'NoSuchLifecycleConfiguration'),
  },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'encryption',
    operation: missingConfiguration('GetBucketEncryption', 'ServerSideEncryptionConfigurationNotFoundError'),
  },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'object-lock',
    operation: getObjectLockConfiguration,
  },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'replication',
    operation: missingConfiguration('GetBucketReplication', 'ReplicationConfigurationNotFoundError'),
  },
  { resource: 'bucket', method: 'GET', query: 'versioning', operation: getBucketVersioning },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'notification',
    operation: constantDocument('GetBucketNotificationConfiguration', 'NotificationConfiguration', ''),
  },
  { resource: 'bucket', method: 'GET', query: 'events', operation: unsupported('ListenNotification', 'read') },
  { resource: 'bucket', method: 'GET', query: 'acl', operation: getAcl('GetBucketAcl') },
  { resource: 'bucket', method: 'GET', query: 'cors', operation: missingConfiguration('GetBucketCors', 'NoSuchCORSConfiguration') },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'website',
    operation: missingConfiguration('GetBucketWebsite', 'NoSuchWebsiteConfiguration'),
  },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'accelerate',
    operation: constantDocument('GetBucketAccelerateConfiguration', 'AccelerateConfiguration', ''),
  },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'requestPayment',
    operation: constantDocument('GetBucketRequestPayment', 'RequestPaymentConfiguration', '<Payer>BucketOwner</Payer>'),
  },
  { resource: 'bucket', method: 'GET', query: 'logging', operation: constantDocument('GetBucketLogging', 'BucketLoggingStatus', '') },
  { resource: 'bucket', method: 'GET', query: 'tagging', operation: getBucketTagging },
  { resource: 'bucket', method: 'GET', query: 'uploads', operation: listMultipartUploads },
  { resource: 'bucket', method: 'GET', query: 'versions', operation: listObjectVersions },
  { resource: 'bucket', method: 'GET', query: 'publicAccessBlock', operation: unsupported('GetPublicAccessBlock', 'read') },
  { resource: 'bucket', method: 'GET', query: 'ownershipControls', operation: unsupported('GetBucketOwnershipControls', 'read') },
  { resource: 'bucket', method: 'GET', query: 'inventory', operation: unsupported('GetBucketInventoryConfiguration', 'read') },
  { resource: 'bucket', method: 'GET', query: 'metrics', operation: unsupported('GetBucketMetricsConfiguration', 'read') },
  { resource: 'bucket', method: 'GET', query: 'analytics', operation: unsupported('GetBucketAnalyticsConfiguration', 'read') },
  {
    resource: 'bucket',
    method: 'GET',
    query: 'intelligent-tiering',
    operation: unsupported('GetBucketIntelligentTieringConfiguration', 'read'),
  },
  { resource: 'bucket', method: 'GET', query: 'session', operation: unsupported('CreateSession', 'read') },
  { resource: 'bucket', method: 'GET', query: 'list-type=2', operation: listObjectsV2 },
  { resource: 'bucket', method: 'GET', operation: listObjects },
  { resource: 'bucket', method: 'PUT', query: 'versioning', operation: putBucketVersioning },
  { resource: 'bucket', method: 'PUT', query: 'tagging', operation: putBucketTagging },
  { resource: 'bucket', method: 'PUT', query: 'acl', operation: putAcl('PutBucketAcl') },
  { resource: 'bucket', method: 'PUT', query: 'policy', operation: unsupported('PutBucketPolicy') },
  { resource: 'bucket', method: 'PUT', query: 'lifecycle', operation: unsupported('PutBucketLifecycleConfiguration') },
  { resource: 'bucket', method: 'PUT', query: 'encryption', operation: unsupported('PutBucketEncryption') },
  { resource: 'bucket', method: 'PUT', query: 'object-lock', operation: unsupported('PutObjectLockConfiguration') },
  { resource: 'bucket', method: 'PUT', query: 'replication', operation: unsupported('PutBucketReplication') },
  { resource: 'bucket', method: 'PUT', query: 'notification', operation: unsupported('PutBucketNotificationConfiguration') },
  { resource: 'bucket', method: 'PUT', query: 'cors', operation: unsupported('PutBucketCors') },
  { resource: 'bucket', method: 'PUT', query: 'website', operation: unsupported('PutBucketWebsite') },
  { resource: 'bucket', method: 'PUT', query: 'accelerate', operation: unsupported('PutBucketAccelerateConfiguration') },
  { resource: 'bucket', method: 'PUT', query: 'requestPayment', operation: unsupported('PutBucketRequestPayment') },
  { resource: 'bucket', method: 'PUT', query: 'logging', operation: unsupported('PutBucketLogging') },
  { resource: 'bucket', method: 'PUT', query: 'publicAccessBlock', operation: unsupported('PutPublicAccessBlock') },
  { resource: 'bucket', method: 'PUT', query: 'ownershipControls', operation: unsupported('PutBucketOwnershipControls') },
  { resource: 'bucket', method: 'PUT', query: 'inventory', operation: unsupported('PutBucketInventoryConfiguration') },
  { resource: 'bucket', method: 'PUT', query: 'metrics', operation: unsupported('PutBucketMetricsConfiguration') },
  { resource: 'bucket', method: 'PUT', query: 'analytics', operation: unsupported('PutBucketAnalyticsConfiguration') },
  { resource: 'bucket', method: 'PUT', query: 'intelligent-tiering', operation: unsupported('PutBucketIntelligentTieringConfiguration') },
  { resource: 'bucket', method: 'PUT', operation: createBucket },
  { resource: 'bucket', method: 'POST', query: 'delete', operation: deleteObjects },
  { resource: 'bucket', method: 'POST', contentType: 'multipart/form-data', operation: postObject },
  { resource: 'bucket', method: 'DELETE', query: 'tagging', operation: deleteBucketTagging },
  { resource: 'bucket', method: 'DELETE', query: 'policy', operation: removeNothing('DeleteBucketPolicy') },
  { resource: 'bucket', method: 'DELETE', query: 'lifecycle', operation: removeNothing('DeleteBucketLifecycle') },
  { resource: 'bucket', method: 'DELETE', query: 'encryption', operation: removeNothing('DeleteBucketEncryption') },
  { resource: 'bucket', method: 'DELETE', query: 'replication', operation: removeNothing('DeleteBucketReplication') },
  { resource: 'bucket', method: 'DELETE', query: 'website', operation: removeNothing('DeleteBucketWebsite') },
  { resource: 'bucket', method: 'DELETE', query: 'cors', operation: unsupported('DeleteBucketCors') },
  { resource: 'bucket', method: 'DELETE', query: 'publicAccessBlock', operation: unsupported('DeletePublicAccessBlock') },
  { resource: 'bucket', method: 'DELETE', query: 'ownershipControls', operation: unsupported('DeleteBucketOwnershipControls') },
  { resource: 'bucket', method: 'DELETE', query: 'inventory', operation: unsupported('DeleteBucketInventoryConfiguration') },
  { resource: 'bucket', method: 'DELETE', query: 'metrics', operation: unsupported('DeleteBucketMetricsConfiguration') },
  { resource: 'bucket', method: 'DELETE', query: 'analytics', operation: unsupported('DeleteBucketAnalyticsConfiguration') },
  {
    resource: 'bucket',
    method: 'DELETE',
    query: 'intelligent-tiering',
    operation: unsupported('DeleteBucketIntelligentTieringConfiguration'),
  },
  { resource: 'bucket', method: 'DELETE', operation: deleteBucket },
];
