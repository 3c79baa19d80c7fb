using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using CellVitCluster.Domain.Ids;

namespace CellVitCluster.Store.Export;

/// <summary>
/// UUID of a cell for programs that insist on one: version 8 (RFC 9562, section 5.8), the first 16 bytes of
/// SHA-256(<c>run id ‖ cell id as 8 bytes, big endian</c>) with version and variant set. The same cell of the same run has it in every export.
/// </summary>
internal static class CellUuid
{
    /// <summary>UUID of a cell.</summary>
    public static Guid Of(string run, CellId id)
    {
        Span<byte> name = stackalloc byte[Encoding.UTF8.GetMaxByteCount(run.Length) + sizeof(long)];
        int length = Encoding.UTF8.GetBytes(run, name);
        BinaryPrimitives.WriteInt64BigEndian(name[length..], id.Value);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(name[..(length + sizeof(long))], digest);
        digest[6] = (byte)((digest[6] & 0x0F) | 0x80);
        digest[8] = (byte)((digest[8] & 0x3F) | 0x80);
        return new Guid(digest[..16], bigEndian: true);
    }
}
