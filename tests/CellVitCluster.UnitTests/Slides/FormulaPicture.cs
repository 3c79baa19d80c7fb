using System.Security.Cryptography;

namespace CellVitCluster.UnitTests.Slides;

/// <summary>
/// A busy RGB picture from a formula, so that expected results of other programs can be stored as a digest:
/// channel c of pixel (x, y) is ((3x² + 7y + xy + 53c) xor (5x + 11y)) mod 256.
/// </summary>
internal static class FormulaPicture
{
    public static byte[] Create(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < 3; c++, i++)
                {
                    rgb[i] = (byte)(((x * x * 3) + (y * 7) + (x * y) + (c * 53)) ^ ((x * 5) + (y * 11)));
                }
            }
        }

        return rgb;
    }

    /// <summary>First 32 hexadecimal digits of the SHA-256.</summary>
    public static string DigestOf(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..32];
}
