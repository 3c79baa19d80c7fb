using System.Security.Cryptography;
using CellVitCluster.Domain.Cells;
using CellVitCluster.Domain.Errors;
using CellVitCluster.Domain.Geometry;
using CellVitCluster.Domain.Ids;
using CellVitCluster.Domain.Runs;
using CellVitCluster.Domain.Tiles;
using CellVitCluster.Store.Tiles;
using CellVitCluster.TestSupport;
using CsCheck;
using MessagePack;

namespace CellVitCluster.UnitTests.Store.Tiles;

public sealed class TileResultFileTests : IDisposable
{
    private static readonly NumericProfile Profile = new("cpu/fp32/direct/threads=2/avx512");

    private static readonly TileCells WithShapes = new(
        new TileId(7, 9),
        [
            new TileCell
            {
                Box = new TileRect(10, 20, 30, 40),
                Centroid = new TilePoint(25.25, 40.5),
                Contour = new TileContour([160, 320, 640, 328, 400, 960]),
                AreaPixels = 900,
                Shape = new NucleusShape(112.5f, 41.25f, 0.875f, 91.5f),
                Class = 3,
                ClassShare = 0.75,
                NucleusProbability = 0.875f,
            },
            new TileCell
            {
                Box = new TileRect(100, 200, 3, 4),
                Centroid = new TilePoint(101.5, 202),
                Contour = new TileContour([1600, 3200, 1600, 3264, 1648, 3264]),
                AreaPixels = 9,
                Class = 1,
                ClassShare = 1,
                NucleusProbability = 0.5f,
            },
        ],
        1,
        [(Half)0.5, (Half)(-2)],
        new ClassProbabilities(4, [0.125f, 0.25f, 0, 0.625f, 0, 1, 0, 0]));

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("results", "3_4.tile");

    [Fact]
    public void Any_tile_comes_back_as_it_was_written()
    {
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 20], Gen.Int).Sample((count, width, seed) =>
        {
            TileCells cells = SyntheticCells.Tile(count, seed, width);
            TileResult read = TileResultCodec.Decode(Encode(SyntheticCells.Run, cells, Profile));
            ShouldBeSame(read, cells);
        }, iter: 200);
    }

    [Fact]
    public void The_digest_is_that_of_the_file_and_the_bytes_depend_on_the_content_only()
    {
        string digest = TileResultFile.Write(Path, SyntheticCells.Run, SyntheticCells.Tile(20, 5), Profile);

        digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path))));
        TileResultFile.Write(_folder.File("again"), SyntheticCells.Run, SyntheticCells.Tile(20, 5), Profile).ShouldBe(digest);
        string other = TileResultFile.Write(_folder.File("other"), SyntheticCells.Run, SyntheticCells.Tile(20, 6), Profile);
        (other == digest).ShouldBeFalse();
        ShouldBeSame(TileResultFile.Read(Path, digest), SyntheticCells.Tile(20, 5));
    }

    [Fact]
    public void A_tile_without_cells_is_a_result_too()
    {
        string digest = TileResultFile.Write(Path, SyntheticCells.Run, SyntheticCells.Tile(0, 1), Profile);
        TileResultFile.Read(Path, digest).Cells.Cells.ShouldBeEmpty();
    }

    [Fact]
    public void The_fixture_of_version_1_loads_for_ever()
    {
        string fixture = System.IO.Path.Combine(Checkout.Root, "tests", "CellVitCluster.UnitTests", "Store", "Tiles", "tile-result-v1.bin");

        TileResult read = TileResultFile.Read(fixture, "1110833982fadec5147c74acf6ac282219da0315222f6ebdf1e7623e36bdc680");

        TileCell cell = read.Cells.Cells[1];
        read.Run.ShouldBe(SyntheticCells.Run);
        read.Profile.ShouldBe(Profile);
        read.Cells.Tile.ShouldBe(new(7, 9));
        read.Cells.Cells.Count.ShouldBe(2);
        read.Cells.TokenOf(1).ToArray().ShouldBe([(Half)0.5, (Half)(-2), (Half)8]);
        cell.Box.ShouldBe(new(10, 20, 30, 40));
        cell.Centroid.ShouldBe(new(25.25, 40.5));
        cell.Contour.Units.ToArray().ShouldBe(new short[] { 160, 320, 640, 328, 400, 960, 168, 640 });
        (cell.AreaPixels, cell.Class, cell.ClassShare, cell.NucleusProbability).ShouldBe((900, (byte)3, 0.75, 0.875f));
        cell.Shape.ShouldBeNull();
        read.Cells.ClassProbabilities.ClassCount.ShouldBe(0);
    }

    [Fact]
    public void The_fixture_with_shapes_and_class_probabilities_loads_for_ever()
    {
        string fixture = System.IO.Path.Combine(Checkout.Root, "tests", "CellVitCluster.UnitTests", "Store", "Tiles", "tile-result-v1-shapes.bin");

        TileResult read = TileResultFile.Read(fixture, "776c4b00ac6b59a82dcfc9801d1735ff41460a6a9381aed3ff9570dde8546cf2");

        ShouldBeSame(read, WithShapes);
        using var stream = new MemoryStream();
        TileResultCodec.Encode(stream, SyntheticCells.Run, WithShapes, Profile);
        stream.ToArray().ShouldBe(File.ReadAllBytes(fixture), "what is written today");
    }

    [Fact]
    public void A_class_without_a_probability_is_refused()
    {
        var cells = new TileCells(WithShapes.Tile, WithShapes.Cells, 1, WithShapes.Tokens, new ClassProbabilities(3, [0.5f, 0.25f, 0.25f, 1, 0, 0]));
        File.WriteAllBytes(_folder.File("wrong"), Encode(SyntheticCells.Run, cells, Profile));

        Should.Throw<StoreException>(() => TileResultFile.Read(_folder.File("wrong"))).Why.ShouldContain("class 3 and probabilities of 3");
    }

    [Fact]
    public void Elements_that_a_newer_writer_appends_are_skipped()
    {
        TileCells cells = SyntheticCells.Tile(5, 3);
        byte[] bytes = Encode(SyntheticCells.Run, cells, Profile);
        bytes[..3].ShouldBe(new byte[] { 0xDC, 0, 19 });
        bytes[2] += 2;
        byte[] newer = [.. bytes, .. MessagePackSerializer.Serialize("text"), .. MessagePackSerializer.Serialize(new[] { 1, 2 })];

        ShouldBeSame(TileResultCodec.Decode(newer), cells);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40)]
    [InlineData(-1)]
    public void A_flipped_byte_is_noticed_by_the_digest(int position)
    {
        string digest = TileResultFile.Write(Path, SyntheticCells.Run, SyntheticCells.Tile(9, 4), Profile);
        byte[] bytes = File.ReadAllBytes(Path);
        bytes[position < 0 ? bytes.Length + position : position] ^= 0x10;
        File.WriteAllBytes(Path, bytes);

        Should.Throw<StoreException>(() => TileResultFile.Read(Path, digest)).Code.ShouldBe(ErrorCode.TileResultCorrupt);
    }

    [Fact]
    public void A_truncated_file_is_refused_at_every_length()
    {
        byte[] bytes = Encode(SyntheticCells.Run, SyntheticCells.Tile(2, 4), Profile);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(_folder.File("cut"), bytes[..length]);
            Should.Throw<StoreException>(() => TileResultFile.Read(_folder.File("cut"))).Code.ShouldBe(ErrorCode.TileResultCorrupt);
        }
    }

    [Fact]
    public void Another_format_version_is_named()
    {
        byte[] bytes = Encode(SyntheticCells.Run, SyntheticCells.Tile(2, 4), Profile);
        bytes[3] = 2;
        File.WriteAllBytes(_folder.File("newer"), bytes);

        StoreException error = Should.Throw<StoreException>(() => TileResultFile.Read(_folder.File("newer")));
        error.Code.ShouldBe(ErrorCode.TileResultCorrupt);
        error.Why.ShouldContain("format version 2");
    }

    [Fact]
    public void A_missing_file_is_reported_with_its_path()
    {
        StoreException error = Should.Throw<StoreException>(() => TileResultFile.Read(Path));
        error.Code.ShouldBe(ErrorCode.TileResultCorrupt);
        error.What.ShouldContain(Path);
    }

    [Fact]
    public void Bytes_that_begin_like_a_result_without_cells_are_none()
    {
        byte[] few = [.. MessagePackSerializer.Serialize((1, "a run", 3, 4))];
        byte[] more = [.. Encode(SyntheticCells.Run, SyntheticCells.Tile(0, 4), Profile), 0];
        foreach (byte[] bytes in new[] { few, more })
        {
            File.WriteAllBytes(_folder.File("noise"), bytes);
            Should.Throw<StoreException>(() => TileResultFile.Read(_folder.File("noise"))).Code.ShouldBe(ErrorCode.TileResultCorrupt);
        }
    }

    [Fact]
    public void Random_bytes_never_crash_the_reader() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            File.WriteAllBytes(_folder.File("noise"), bytes);
            Should.Throw<StoreException>(() => TileResultFile.Read(_folder.File("noise")));
        }, iter: 500, threads: 1);

    public void Dispose() => _folder.Dispose();

    private static byte[] Encode(RunId run, TileCells cells, NumericProfile profile)
    {
        using var stream = new MemoryStream();
        TileResultCodec.Encode(stream, run, cells, profile);
        return stream.ToArray();
    }

    private static void ShouldBeSame(TileResult read, TileCells cells)
    {
        read.Run.ShouldBe(SyntheticCells.Run);
        read.Profile.ShouldBe(Profile);
        read.Cells.Tile.ShouldBe(cells.Tile);
        read.Cells.TokenWidth.ShouldBe(cells.TokenWidth);
        read.Cells.Tokens.AsSpan().SequenceEqual(cells.Tokens).ShouldBeTrue();
        read.Cells.ClassProbabilities.ClassCount.ShouldBe(cells.ClassProbabilities.ClassCount);
        read.Cells.ClassProbabilities.Values.ShouldBe(cells.ClassProbabilities.Values);
        read.Cells.Cells.Count.ShouldBe(cells.Cells.Count);
        for (int i = 0; i < cells.Cells.Count; i++)
        {
            TileCell expected = cells.Cells[i], actual = read.Cells.Cells[i];
            (actual with { Contour = expected.Contour }).ShouldBe(expected);
            actual.Contour.Units.SequenceEqual(expected.Contour.Units).ShouldBeTrue();
        }
    }
}
